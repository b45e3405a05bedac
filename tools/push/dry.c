/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/dry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/clock.h"
#include "collector/base/path.h"
#include "collector/base/whole.h"
#include "collector/symbols/workers.h"
#include "tools/cli.h"
#include "tools/push/crowd.h"
#include "tools/whole_file.h"

#define COMMAND "push"

static void say_fault(void *context, const struct push_subject *subject, const char *text)
{
    (void)context;
    cli_complain(COMMAND, "process %" PRIu32 ": %s", subject->pid, text);
}

static struct error *write_body(const char *path, const struct push_request *request)
{
    struct whole_file file;
    struct error *error = whole_file_open(&file, path, 0600);
    if (error)
        return error;
    if (!whole_write(file.fd, request->body, request->bytes))
        error = error_create_errno(errno, "%s", path);
    return whole_file_close(&file, error);
}

/* Of a header that is a secret its name alone is told. */
static void print(const struct push_settings *settings, const struct push_made *made,
                  const char *path)
{
    printf("POST %s\nContent-Type: %s\n", made->request.url, made->request.content_type);
    for (size_t i = 0; i < settings->auth.count; i++)
        printf("%.*s: (from --auth-file)\n", (int)strcspn(settings->auth.headers[i], ":"),
               settings->auth.headers[i]);
    printf("%zu bytes, in %s: a profile of %" PRIu32 " samples, %" PRIu64
           " bytes unpacked, from %" PRId64 " to %" PRId64 "\n"
           "alloc_objects %" PRId64 ", alloc_space %" PRId64 ", inuse_objects %" PRId64
           ", inuse_space %" PRId64 "\n",
           made->request.bytes, path, made->payload.samples, made->payload.unpacked_bytes,
           made->from_s, made->until_s, made->payload.totals[PROFILE_ALLOC_OBJECTS],
           made->payload.totals[PROFILE_ALLOC_SPACE], made->payload.totals[PROFILE_INUSE_OBJECTS],
           made->payload.totals[PROFILE_INUSE_SPACE]);
}

static struct error *try(const struct push_settings *settings, const struct base_files *files,
                         struct push_subject *subject, struct symbol_workers *workers)
{
    struct push_made made = {.bytes = 0};
    const char *fault = NULL;
    char *path = NULL;
    int64_t now_s = clock_now_s();
    push_schedule_init(&subject->schedule, 0, settings->every_ms, settings->most_samples, 0);
    struct error *error = NULL;
    if (!subject->file)
        error = push_subject_begin(subject, settings, files, workers, &fault);
    if (!error)
        error = push_subject_make(subject, settings, workers, now_s, &made);
    if (!error && (settings->output ? asprintf(&path, "%s", settings->output)
                                    : asprintf(&path, "memprof-push.%s.%" PRIu32 ".body",
                                               path_base(subject->name), subject->pid)) < 0) {
        path = NULL;
        error = error_no_memory();
    }
    if (!error)
        error = write_body(path, &made.request);
    if (!error)
        print(settings, &made, path);
    free(path);
    push_made_deinit(&made);
    return error;
}

static struct error *try_all(const struct push_settings *settings, struct push_crowd *crowd)
{
    struct base_files files;
    struct symbol_workers *workers = symbol_workers_create();
    error_destroy(base_files_init(&files, settings->base, settings->url, settings->protocol));
    struct error *error = push_crowd_add_files(crowd, settings);
    if (!error)
        error = push_crowd_look(crowd, settings, &files, say_fault, NULL);
    if (!error && crowd->count == 0)
        error = error_create("no such process is recorded; try memprof ps");
    if (!error && crowd->count > 1 && settings->output)
        error =
            error_create("--output: %zu processes have a body each; leave it out", crowd->count);
    for (size_t i = 0; !error && i < crowd->count; i++)
        if (!crowd->items[i]->is_done)
            error = try(settings, &files, crowd->items[i], workers);
    base_files_deinit(&files);
    symbol_workers_destroy(workers);
    return error;
}

int push_run_dry(const struct push_settings *settings)
{
    struct push_crowd crowd = {.since_ns = UINT64_MAX};
    struct error *error = try_all(settings, &crowd);
    push_crowd_deinit(&crowd);
    return error ? cli_fail(COMMAND, error) : CLI_DONE;
}
