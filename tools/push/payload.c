/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/payload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/clock.h"
#include "collector/profile/fold.h"
#include "collector/profile/merge.h"
#include "collector/profile/pprof_encode.h"
#include "collector/profile/zeros.h"

/* Names that take longer to find are left out. */
#define NAMES_MS  8000
#define FOLD_MOST 8 /* times */
#define TRAILER   4 /* bytes at the end of a gzip file that say how long its content is */
#define BODY_MAX  (256u << 20)

void payload_deinit(struct payload *payload)
{
    free(payload->bytes);
    counts_deinit(&payload->counts);
    *payload = (struct payload){.count = 0};
}

/* ---- what is left out ---- */

/* A string behind its last slash: directories are another place in the same bytes. */
static void cut_directories(struct profile *profile, uint32_t string)
{
    const char *text = profile_string(profile, string), *slash = strrchr(text, '/');
    if (slash && slash[1])
        profile->strings.items[string] += (uint32_t)(slash + 1 - text);
}

static void hide_paths(struct profile *profile)
{
    for (uint32_t i = 1; i < profile->functions.count; i++)
        cut_directories(profile, profile->functions.items[i].file);
    for (uint32_t i = 1; i < profile->mappings.count; i++)
        cut_directories(profile, profile->mappings.items[i].file);
}

/* A counter of a state that somebody forged may have fallen. */
static void raise_to_zero(struct profile *profile)
{
    for (uint32_t i = 0; i < profile->values.count; i++)
        if (profile->values.items[i] < 0)
            profile->values.items[i] = 0;
}

/* The same profile with the strings, records and comments alone that a server needs.  NULL: no
 * memory. */
static struct profile *compact(const struct profile *profile)
{
    struct profile_merger *merger = profile_merger_create();
    struct profile *made = NULL;
    if (merger && profile_merger_add(merger, profile))
        made = profile_merger_finish_growing(merger);
    profile_merger_destroy(merger);
    return made;
}

/* A copy with at most so many samples. */
static struct profile *fold(const struct profile *profile, uint32_t most)
{
    struct profile *grown = compact(profile), *small = NULL;
    if (grown && fold_samples(grown, most))
        small = compact(grown);
    profile_destroy(grown);
    return small;
}

/* ---- bytes ---- */

static struct error *read_back(struct payload *payload, int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || status.st_size < TRAILER || status.st_size > BODY_MAX)
        return error_create("the profile is too large");
    payload->count = (size_t)status.st_size;
    payload->bytes = malloc(payload->count);
    if (!payload->bytes)
        return error_no_memory();
    if (pread(fd, payload->bytes, payload->count, 0) != (ssize_t)payload->count)
        return error_create_errno(errno, "the profile");
    const unsigned char *trailer = payload->bytes + payload->count - TRAILER;
    payload->unpacked_bytes = (uint64_t)trailer[0] | (uint64_t)trailer[1] << 8 |
                              (uint64_t)trailer[2] << 16 | (uint64_t)trailer[3] << 24;
    return NULL;
}

static struct error *encode(struct payload *payload, const struct profile *profile)
{
    int fd = memfd_create("memprof-push", MFD_CLOEXEC);
    if (fd < 0)
        return error_create_errno(errno, "the profile");
    struct error *error = pprof_encode(profile, fd, "the profile", NULL, NULL);
    free(payload->bytes);
    payload->bytes = NULL;
    if (!error)
        error = read_back(payload, fd);
    close(fd);
    payload->samples = profile->samples.count;
    return error;
}

/* Fewer samples, until it has no more bytes than the server takes. */
static struct error *encode_within(struct payload *payload, const struct profile *profile,
                                   const struct payload_limits *limits)
{
    uint32_t most = limits->most_samples;
    struct error *error = NULL;
    if (profile->samples.count <= most) {
        most = profile->samples.count;
        error = encode(payload, profile);
        if (error || payload->unpacked_bytes <= limits->most_bytes)
            return error;
    }
    for (int i = 0; !error && most > 0 && i < FOLD_MOST; i++) {
        struct profile *small = fold(profile, most);
        error = small ? encode(payload, small) : error_no_memory();
        profile_destroy(small);
        if (!error && payload->unpacked_bytes <= limits->most_bytes)
            return NULL;
        double share = (double)limits->most_bytes / (double)(payload->unpacked_bytes + 1);
        most = (uint32_t)((double)most * (share < 0.8 ? share : 0.8));
    }
    return error ? error : error_create("the profile is too large even with few samples");
}

static struct error *finish(struct payload *payload, struct profile *profile, int64_t duration_s,
                            const struct payload_limits *limits)
{
    if (duration_s)
        profile->duration_ns = duration_s * 1000000000;
    raise_to_zero(profile);
    profile_drop_zeros(profile);
    if (limits->hides_paths)
        hide_paths(profile);
    for (int i = 0; i < PROFILE_VALUES; i++)
        payload->totals[i] = profile_total(profile, i);
    return encode_within(payload, profile, limits);
}

/* ---- of a process ---- */

static bool add_remark(struct profile *profile, const char *key, uint64_t number)
{
    char text[80];
    snprintf(text, sizeof text, "memprof: %s %" PRIu64, key, number);
    return number == 0 || profile_add_comment(profile, text);
}

static struct error *take(struct snapshot *snapshot, struct live_process *process,
                          struct symbol_workers *workers, const struct push_base *base)
{
    const struct snapshot_options options = {.earlier = base ? &base->counts : NULL,
                                             .workers = workers,
                                             .deadline_ms = clock_now_ms() + NAMES_MS};
    return live_process_snapshot(process, &options, snapshot);
}

struct error *payload_of_process(struct payload *payload, struct live_process *process,
                                 struct symbol_workers *workers, const struct push_base *base,
                                 int64_t duration_s, const struct payload_limits *limits,
                                 const struct payload_remarks *remarks)
{
    struct snapshot snapshot;
    *payload = (struct payload){.count = 0};
    struct error *error = take(&snapshot, process, workers, base);
    if (!error && !(add_remark(snapshot.profile, "push_ambiguous", remarks->ambiguous) &&
                    add_remark(snapshot.profile, "push_lost_bytes", remarks->lost_bytes)))
        error = error_no_memory();
    if (!error)
        error = finish(payload, snapshot.profile, duration_s, limits);
    payload->counts = snapshot.counts;
    snapshot.counts = (struct counts){0};
    snapshot_deinit(&snapshot);
    return error;
}

struct error *payload_counts(struct counts *counts, struct live_process *process,
                             struct symbol_workers *workers)
{
    struct snapshot snapshot;
    struct error *error = take(&snapshot, process, workers, NULL);
    *counts = snapshot.counts;
    snapshot.counts = (struct counts){0};
    snapshot_deinit(&snapshot);
    return error;
}

/* ---- of a file ---- */

static struct error *check_values(const struct profile *profile, const char *name)
{
    bool is_ours = profile->types.count == PROFILE_VALUES;
    for (uint32_t i = 0; is_ours && i < PROFILE_VALUES; i++)
        is_ours = strcmp(profile_string(profile, profile->types.items[i].type),
                         profile_value_names[i]) == 0;
    if (!is_ours)
        return error_create("%s: not a profile with the four values of a heap profile", name);
    for (uint32_t i = 0; i < profile->values.count; i++)
        if (profile->values.items[i] < 0)
            return error_create("%s: it has negative values (a difference?), which no server takes",
                                name);
    return NULL;
}

struct error *payload_of_profile(struct payload *payload, const struct profile *profile,
                                 const char *name, const struct payload_limits *limits)
{
    *payload = (struct payload){.count = 0};
    struct error *error = check_values(profile, name);
    if (error)
        return error;
    struct profile *sent = compact(profile); /* without what is about its run and machine alone */
    error = sent ? finish(payload, sent, 0, limits) : error_no_memory();
    profile_destroy(sent);
    return error;
}
