/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/advise/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/lifetimes/look.h"
#include "collector/lifetimes/sidecar.h"
#include "collector/profile/comment.h"
#include "collector/take_lifetimes.h"
#include "tools/open.h"

static struct error *read_state(struct lifetimes *lifetimes, const struct argument *argument)
{
    int fd;
    char *name;
    struct error *error = open_state(argument, &fd, &name);
    if (error)
        return error;
    error = lifetimes_open(lifetimes, fd, name, argument->pid);
    close(fd);
    free(name);
    return error;
}

/* A profile that was written again may stand beside the lifetimes of an earlier run. */
static bool is_same_run(const struct profile *profile, const struct profile *beside)
{
    const char *start = profile_find_text(profile, "start");
    const char *other = profile_find_text(beside, "start");
    return start && other && strcmp(start, other) == 0;
}

static struct error *read_beside(struct lifetimes *lifetimes, const struct profile *profile,
                                 const char *path)
{
    if (!profile_is_ours(profile))
        return error_create(
            "%s: it is no profile of memprof's, so it has no lifetimes; try 'memprof "
            "run --advise'",
            path);
    if (strcmp(path, "-") == 0)
        return error_create("a profile from standard input has no file of lifetimes beside it; try "
                            "its name, or that file's");
    char *name = sidecar_name(path);
    if (!name)
        return error_no_memory();
    struct error *error;
    if (access(name, F_OK) != 0 && errno == ENOENT)
        error = error_create("%s: " LIFETIMES_MISSING, path);
    else
        error = sidecar_read(lifetimes, name);
    if (!error && !is_same_run(profile, lifetimes->profile))
        error = error_create("%s: the lifetimes in %s are of another run; record both again with "
                             "'memprof run --advise'",
                             path, name);
    free(name);
    return error;
}

static struct error *read_profile(struct lifetimes *lifetimes, const char *path)
{
    struct profile *profile;
    struct error *error = open_profile(path, &profile);
    if (error)
        return error;
    if (sidecar_is(profile))
        return sidecar_understand(lifetimes, profile, path);
    error = read_beside(lifetimes, profile, path);
    profile_destroy(profile);
    return error;
}

static bool is_state_of(const struct argument *argument)
{
    return argument->kind != ARGUMENT_FILE || open_is_state(argument->text);
}

struct error *advise_read(struct lifetimes *lifetimes, const struct argument *argument)
{
    struct error *error;
    lifetimes_init(lifetimes);
    if (argument->kind == ARGUMENT_DIRECTORY)
        return error_create("%s: is a directory; try one of the profiles in it", argument->text);
    if (is_state_of(argument))
        error = read_state(lifetimes, argument);
    else
        error = read_profile(lifetimes, argument->text);
    if (!error)
        profile_clean(lifetimes->profile);
    return error;
}

/* --- earlier looks --- */

static struct error *check_look(const struct lifetimes *lifetimes, const struct profile *earlier,
                                uint64_t time_ns, const char *name, const char *last)
{
    if (!is_same_run(lifetimes->profile, earlier))
        return error_create("%s is not of the same process and run as %s", name, last);
    if (time_ns == 0 || time_ns >= look_time_ns(lifetimes))
        return error_create("%s is not earlier than %s; give the latest last", name, last);
    for (uint32_t i = 0; i < lifetimes->look_count; i++)
        if (lifetimes->looks[i].time_ns == time_ns)
            return error_create("%s: its moment was given already", name);
    return NULL;
}

static struct error *look_at_heap(struct lifetimes *lifetimes, const struct profile *heap,
                                  const char *name, const char *last)
{
    uint64_t time_ns = heap->time_ns > 0 ? (uint64_t)heap->time_ns : 0;
    struct error *error = check_look(lifetimes, heap, time_ns, name, last);
    if (error)
        return error;
    if (profile_find_type(heap, "inuse_objects") < 0 || profile_find_type(heap, "inuse_space") < 0)
        return error_create("%s: is no heap profile: it does not say what is in use", name);
    return look_add_profile(lifetimes, heap) ? NULL : error_no_memory();
}

static struct error *look_at_lifetimes(struct lifetimes *lifetimes, const struct argument *argument,
                                       const char *last)
{
    struct lifetimes earlier;
    struct error *error = advise_read(&earlier, argument);
    if (!error)
        error =
            check_look(lifetimes, earlier.profile, look_time_ns(&earlier), argument->text, last);
    if (!error && !look_add_lifetimes(lifetimes, &earlier))
        error = error_no_memory();
    lifetimes_deinit(&earlier);
    return error;
}

struct error *advise_look(struct lifetimes *lifetimes, const struct argument *argument,
                          const struct argument *last)
{
    struct profile *profile;
    if (argument->kind == ARGUMENT_DIRECTORY || is_state_of(argument))
        return look_at_lifetimes(lifetimes, argument, last->text);
    struct error *error = open_profile(argument->text, &profile);
    if (error)
        return error;
    bool is_beside = sidecar_is(profile);
    if (!is_beside)
        error = look_at_heap(lifetimes, profile, argument->text, last->text);
    profile_destroy(profile);
    return is_beside ? look_at_lifetimes(lifetimes, argument, last->text) : error;
}
