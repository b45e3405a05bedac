/* SPDX-License-Identifier: Apache-2.0
 *
 * `memprof top` is run rather than linked: its views print to standard output, and what it
 * makes of a hostile profile ends in its process.
 */
#include "tools/watch/detail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/profile/pprof_encode.h"
#include "tools/companion.h"

#define TEXT_BYTES (1u << 20) /* more is not read on a screen */

static struct error *append(struct detail *detail, size_t *length, const char *text, size_t count)
{
    char *longer = realloc(detail->text, *length + count + 1);
    if (!longer)
        return error_no_memory();
    memcpy(longer + *length, text, count);
    *length += count;
    longer[*length] = '\0';
    detail->text = longer;
    return NULL;
}

static void become_top(const char *memprof, char *const *arguments, int profile, int output)
{
    lseek(profile, 0, SEEK_SET);
    if (dup2(profile, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0)
        _exit(127);
    execv(memprof, arguments);
    _exit(127);
}

/* Appends what one view prints. */
static struct error *run(struct detail *detail, size_t *length, const char *memprof,
                         char *const *arguments, int profile)
{
    int ends[2];
    char piece[4096];
    struct error *error = NULL;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_create_errno(errno, "cannot make a pipe");
    pid_t child = fork();
    if (child == 0)
        become_top(memprof, arguments, profile, ends[1]);
    close(ends[1]);
    ssize_t got;
    while (child > 0 && !error && *length < TEXT_BYTES &&
           ((got = read(ends[0], piece, sizeof piece)) > 0 || (got < 0 && errno == EINTR)))
        if (got > 0)
            error = append(detail, length, piece, (size_t)got);
    close(ends[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    return child < 0 ? error_create_errno(errno, "cannot start a process") : error;
}

/* Each view under a heading. */
static struct error *run_all(struct detail *detail, size_t *length, const char *memprof,
                             int profile, const char *type, const char *function)
{
    char by_type[64], *focus = NULL, *callers = NULL, *list = NULL;
    char top[] = "top", stacks[] = "--stacks=20", plain[] = "--no-header",
         shown[] = "--wrappers=show", input[] = "-";
    struct error *error = NULL;
    snprintf(by_type, sizeof by_type, "--sample=%s", type);
    /* \Q takes the name as it is. */
    if (asprintf(&focus, "--focus=^\\Q%s\\E$", function) < 0 ||
        asprintf(&callers, "--callers=^\\Q%s\\E$", function) < 0 ||
        asprintf(&list, "--list=^\\Q%s\\E$", function) < 0)
        error = error_no_memory();
    struct {
        const char *heading;
        char *arguments[9];
    } views[] = {
        {"Stacks\n", {top, top, stacks, focus, plain, shown, by_type, input, NULL}},
        {"\nCallers and callees\n", {top, top, callers, plain, shown, by_type, input, NULL}},
        {"\nSource lines\n", {top, top, list, plain, shown, by_type, input, NULL}},
    };
    for (size_t i = 0; !error && i < sizeof views / sizeof *views; i++) {
        error = append(detail, length, views[i].heading, strlen(views[i].heading));
        if (!error)
            error = run(detail, length, memprof, views[i].arguments, profile);
    }
    free(focus);
    free(callers);
    free(list);
    return error;
}

static struct error *split(struct detail *detail)
{
    size_t count = 1;
    for (const char *at = detail->text; *at; at++)
        count += *at == '\n';
    detail->lines = malloc(count * sizeof *detail->lines);
    if (!detail->lines)
        return error_no_memory();
    for (char *at = detail->text, *end; *at; at = end + 1) {
        detail->lines[detail->count++] = at;
        end = strchr(at, '\n');
        if (!end)
            break;
        *end = '\0';
    }
    return NULL;
}

struct error *detail_init(struct detail *detail, const struct profile *profile,
                          enum profile_value type, const char *function)
{
    char *memprof = companion_path("memprof");
    size_t length = 0;
    *detail = (struct detail){.count = 0};
    int file = memfd_create("memprof-snapshot", MFD_CLOEXEC);
    struct error *error = NULL;
    if (!memprof)
        error = error_no_memory();
    else if (file < 0)
        error = error_create_errno(errno, "cannot keep the snapshot");
    if (!error)
        error = pprof_encode(profile, file, "the snapshot", NULL, NULL);
    if (!error)
        error = run_all(detail, &length, memprof, file,
                        profile_string(profile, profile->types.items[type].type), function);
    if (!error)
        error = split(detail);
    if (file >= 0)
        close(file);
    free(memprof);
    return error;
}

void detail_deinit(struct detail *detail)
{
    free(detail->text);
    free(detail->lines);
    *detail = (struct detail){.count = 0};
}
