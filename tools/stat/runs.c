/* SPDX-License-Identifier: Apache-2.0
 *
 * Plain and recorded runs alternate, and so does which of a pair comes first, so that a computer
 * that becomes slower or faster meanwhile does so for both.
 */
#include "tools/stat/runs.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "collector/base/path.h"
#include "collector/profile/peak_name.h"
#include "tools/absolute.h"
#include "tools/cli.h"
#include "tools/library.h"
#include "tools/program.h"
#include "tools/recorded_run.h"
#include "tools/settings.h"
#include "tools/stat/describe.h"
#include "tools/stat/orphans.h"
#include "tools/stat/output.h"
#include "tools/stat/programs.h"
#include "tools/stat/unrecorded.h"

#define PROGRESS_NS UINT64_C(1000000000)

struct runs {
    const struct stat_options *options;
    const struct stat_directory *directory;
    struct stat_record *record;
    struct stat_output output;
    struct symbol_workers *workers;
    char *path, *library, *template;
    size_t done, all;  /* runs of any kind */
    size_t profiled;   /* that are kept */
    uint64_t shown_ns; /* CLOCK_MONOTONIC: of the last line that said how far it is, or the start */
    size_t shown;      /* run that it was about */
};

/* --- one run of any kind --- */

static int fail(const struct runs *runs, struct error *error)
{
    cli_complain(STAT_COMMAND, "run %zu of %zu: %s", runs->done, runs->all, error_message(error));
    error_destroy(error);
    return CLI_CANNOT;
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Says how far it is: once for each run, and not more often than every second.  The program may
 * write to the terminal meanwhile, so each time is a line of its own, which stays. */
static void show_progress(void *context)
{
    struct runs *runs = context;
    if (runs->shown == runs->done || now_ns() - runs->shown_ns < PROGRESS_NS ||
        !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "memprof stat: run %zu of %zu\n", runs->done, runs->all);
    runs->shown = runs->done;
    runs->shown_ns = now_ns();
}

static uint64_t ns_of(const struct timeval *time)
{
    return (uint64_t)time->tv_sec * 1000000000 + (uint64_t)time->tv_usec * 1000;
}

/* Launches it and fills what any run has.  -1: it ended with status 0; else the exit status. */
static int launch(struct runs *runs, struct launch *launch, struct stat_run *run)
{
    runs->done++;
    show_progress(runs);
    launch->reap = stat_orphans_reap;
    struct error *error = stat_output_begin(&runs->output, launch);
    if (!error)
        error = launch_run(launch);
    double operations = NAN;
    struct error *unread = stat_output_end(&runs->output, &operations);
    if (launch_interrupted()) {
        error_destroy(error);
        error_destroy(unread);
        return CLI_CANNOT;
    }
    int status = launch_exit_status(launch);
    if (!error && status != 0)
        error = error_create("%s ended with %s %d; its runs must succeed to be compared",
                             launch->argv[0], status > 128 ? "signal" : "status",
                             status > 128 ? status - 128 : status);
    size_t left = stat_orphans_count();
    if (!error && left)
        error = error_create("%s has ended, and %zu process%s that it started still run%s; try to "
                             "wait for %s in the program, so that all of the work is counted",
                             launch->argv[0], left, left == 1 ? "" : "es", left == 1 ? "s" : "",
                             left == 1 ? "it" : "them");
    if (error) {
        error_destroy(unread);
        return fail(runs, error);
    }
    if (unread && launch->library)
        return fail(runs, unread);
    error_destroy(unread);
    *run = (struct stat_run){.is_profiled = launch->library != NULL,
                             .began_ns = launch->began_ns,
                             .wall_ns = launch->wall_ns,
                             .user_ns = ns_of(&launch->usage.ru_utime),
                             .system_ns = ns_of(&launch->usage.ru_stime),
                             .operations = operations};
    return -1;
}

static int run_plain(struct runs *runs, struct stat_run *run)
{
    struct launch plain = {
        .path = runs->path, .argv = runs->options->argv, .look = show_progress, .context = runs};
    return launch(runs, &plain, run);
}

/* --- a recorded one --- */

static struct error *check_lost(const struct run_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        if (log->entries[i].lost)
            return error_create("%s lost %" PRIu64 " events, so its values are too small; try a "
                                "larger --state-max, or see the profile's comments in 'memprof "
                                "run' for why",
                                path_base(log->entries[i].exe), log->entries[i].lost);
    return NULL;
}

/* What was recorded, if it is all that the program did.  -1: it is; else the exit status. */
static int check_recorded(const struct runs *runs, const struct recorded_run *recorded)
{
    const struct run_log_entry *main = recorded_run_main(recorded);
    struct error *error = NULL;
    if (!main) {
        recorded_run_explain(recorded);
        return CLI_CANNOT;
    }
    if (main->samples == 0)
        error = error_create("%s allocated nothing that was recorded", path_base(main->exe));
    else if (recorded->gathering.kept)
        error = error_create("not all profiles could be written");
    else if (recorded->gathering.running) /* where /proc does not show whose child it is */
        error = error_create("a process that it started still runs, so its profile is missing");
    else
        error = check_lost(&recorded->log);
    return error ? fail(runs, error) : -1;
}

static struct error *keep(struct runs *runs, const struct recorded_run *recorded,
                          struct stat_run *run)
{
    bool is_first = runs->profiled == 0;
    const struct run_log *log = &recorded->log;
    struct error *error = is_first ? stat_describe_program(runs->record, runs->options, log,
                                                           recorded_run_main(recorded))
                                   : NULL;
    if (!error)
        error = stat_programs_keep(runs->record, run, log, runs->directory->temporary,
                                   ++runs->profiled);
    if (error)
        return error;
    const struct stat_program *program = stat_record_main(runs->record, run);
    if (!program)
        return error_create("no process of a program '%s' was recorded; there were %s and %zu more",
                            runs->record->program, run->programs[0].name, run->program_count - 1);
    return is_first ? stat_describe_modules(runs->record, program, runs->directory->temporary)
                    : NULL;
}

/* What a recorded run is looked at for. */
struct watch {
    struct runs *runs;
    struct gathering *gathering;
    const struct launch *launch;
    struct stat_unrecorded unrecorded;
    unsigned looks;
};

#define LOOKS 25 /* at what may be missed, for one at the rest */

static void look(void *context)
{
    struct watch *watch = context;
    stat_unrecorded_look(&watch->unrecorded, watch->launch->pid);
    if (++watch->looks % LOOKS)
        return;
    show_progress(watch->runs);
    gather_waiting(watch->gathering);
}

/* Where a run failed, nothing of it is kept, and its states are removed unread. */
static int run_recorded(struct runs *runs, struct stat_run *run)
{
    struct recorded_run recorded = {
        .launch = {.path = runs->path, .argv = runs->options->argv, .library = runs->library},
        .log = {.directory_fd = -1, .fd = -1},
        .gathering = {.command = STAT_COMMAND,
                      .out = runs->template,
                      .with_peak = true,
                      .workers = runs->workers}};
    struct watch watch = {runs, &recorded.gathering, &recorded.launch, {NULL, 0, 0}, 0};
    struct error *error = recorded_run_prepare(&recorded);
    recorded.launch.look = look;
    recorded.launch.look_ms = STAT_UNRECORDED_LOOK_MS;
    recorded.launch.context = &watch;
    int status = error ? cli_fail(STAT_COMMAND, error) : launch(runs, &recorded.launch, run);
    if (!error) {
        recorded.selection.min_samples = status < 0 ? 0 : UINT64_MAX;
        error = recorded_run_finish(&recorded);
        if (error)
            status = status < 0 ? cli_fail(STAT_COMMAND, error) : (error_destroy(error), status);
    }
    if (status < 0)
        status = check_recorded(runs, &recorded);
    if (status < 0 && (error = keep(runs, &recorded, run)))
        status = fail(runs, error);
    if (status < 0 && !stat_unrecorded_keep(&watch.unrecorded, &recorded.log, runs->record, run))
        status = fail(runs, error_no_memory());
    stat_unrecorded_deinit(&watch.unrecorded);
    recorded_run_deinit(&recorded);
    return status;
}

/* --- all of them --- */

static int make_run(struct runs *runs, bool is_recorded)
{
    struct stat_run *run = &runs->record->runs[runs->record->run_count++];
    return is_recorded ? run_recorded(runs, run) : run_plain(runs, run);
}

static int make_all(struct runs *runs)
{
    const struct stat_options *options = runs->options;
    uint64_t pairs = options->runs > options->plain_runs ? options->runs : options->plain_runs;
    int status = -1;
    for (uint64_t i = 0; i < options->warmup && status < 0; i++) {
        struct stat_run ignored;
        status = run_plain(runs, &ignored);
    }
    for (uint64_t i = 0; i < pairs && status < 0; i++)
        for (int turn = 0; turn < 2 && status < 0; turn++) {
            bool is_recorded = (i + (uint64_t)turn) % 2 == 0;
            if (i < (is_recorded ? options->runs : options->plain_runs))
                status = make_run(runs, is_recorded);
        }
    return status < 0 ? CLI_DONE : status;
}

static struct error *make_work_directory(struct runs *runs)
{
    char *path, *escaped = absolute_escape(runs->directory->temporary);
    if (!escaped || asprintf(&path, "%s/" STAT_DIRECTORY_WORK, runs->directory->temporary) < 0) {
        free(escaped);
        return error_no_memory();
    }
    struct error *error = mkdir(path, 0700) == 0 ? NULL : error_create_errno(errno, "%s", path);
    if (!error &&
        asprintf(&runs->template, "%s/" STAT_DIRECTORY_WORK "/%s", escaped, PROFILE_TEMPLATE) < 0) {
        runs->template = NULL;
        error = error_no_memory();
    }
    free(path);
    free(escaped);
    return error;
}

/* What the program's processes get of us is the same in every run: some keep copies of their
 * environment on the heap.  Those that outlive a run leave their states. */
static struct error *set_environment(void)
{
    if (unsetenv("MEMPROF_OUT") != 0 || unsetenv("MEMPROF_PEAK") != 0 ||
        setenv("MEMPROF_COLLECTOR", "none", 1) != 0)
        return error_no_memory();
    return absolute_names();
}

static struct error *prepare(struct runs *runs)
{
    struct error *error = set_environment();
    if (!error)
        error = program_find(runs->options->argv[0], &runs->path);
    if (!error)
        error = program_check(runs->path);
    if (!error)
        error = library_find(&runs->library);
    if (!error)
        error = stat_describe(runs->record, runs->options);
    if (!error)
        error = stat_output_init(&runs->output, runs->options);
    if (!error)
        error = make_work_directory(runs);
    return error;
}

int stat_runs_make(const struct stat_options *options, const struct stat_directory *directory,
                   struct stat_record *record)
{
    struct runs runs = {.options = options,
                        .directory = directory,
                        .record = record,
                        .all = options->warmup + options->runs + options->plain_runs};
    runs.shown_ns = now_ns();
    struct error *error = prepare(&runs);
    int status = CLI_CANNOT;
    if (error) {
        cli_fail(STAT_COMMAND, error);
    } else {
        stat_orphans_adopt();
        runs.workers = symbol_workers_create();
        status = make_all(&runs);
        symbol_workers_destroy(runs.workers);
        char *work = NULL;
        if (asprintf(&work, "%s/" STAT_DIRECTORY_WORK, directory->temporary) >= 0)
            rmdir(work); /* whatever is left in it, the whole is removed then */
        free(work);
    }
    stat_output_deinit(&runs.output);
    free(runs.path);
    free(runs.library);
    free(runs.template);
    return status;
}
