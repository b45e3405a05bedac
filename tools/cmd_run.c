/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof run: a program from start to end.
 *
 * Everything that can be refused is refused before anything starts.  The processes of
 * the run leave their states, however they end, and run makes profiles of them (gather.c).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/error.h"
#include "collector/collect.h"
#include "collector/profile/peak_name.h"
#include "preload/options.h"
#include "tools/absolute.h"
#include "tools/advise/summary.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/every.h"
#include "tools/library.h"
#include "tools/options.h"
#include "tools/program.h"
#include "tools/quantity.h"
#include "tools/recorded_run.h"
#include "tools/settings.h"
#include "tools/summary.h"

#define COMMAND         "run"
#define OPTIONS_MAX     21
#define EVERY_MOST_S    (UINT64_C(366) * 86400)
#define EVERY_KEEP_MOST 100000
#define OPTION_SETTINGS 256 /* getopt values of settings: this + index */

static const char help_text[] =
    "Usage: memprof run [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
    "Runs PROGRAM and writes the profile of its memory when it ends, however it ends;\n"
    "one more for each other process of it that allocated enough to be sampled.\n"
    "A summary is printed on stderr.\n"
    "\n"
    "  -i, --interval=BYTES   mean bytes between samples (512K); suffixes K, M, G;\n"
    "                         1 records every allocation: exact, and slower\n"
    "  -o, --output=TEMPLATE  the profile (memprof.%e.%p.pb.gz, in this directory);\n"
    "                         %e program, %p process id, %t time, %% a percent sign;\n"
    "                         or a directory (made if it ends in /) for profiles of\n"
    "                         that name\n"
    "      --only=GLOB        only profiles of programs whose name matches ('cc1*')\n"
    "      --min-samples=N    only profiles with N samples or more\n"
    "      --dir=DIRECTORY    where processes keep their states while they run\n"
    "                         (/dev/shm/memprof-UID)\n"
    "      --depth=FRAMES     frames kept of a stack, 8 to 2048 (512)\n"
    "      --unwind=METHOD    how stacks are found: cfi, fp or libunwind (cfi)\n"
    "      --seed=NUMBER      where the random numbers of the sampling start (random)\n"
    "      --state-max=BYTES  largest state of one process, 1M to 16G (64M)\n"
    "      --collector=PATH   the memprof-collect for processes that outlive this command;\n"
    "                         none: they leave their states for 'memprof collect'\n"
    "      --peak             write NAME.peak.pb.gz beside each profile, too: what was in\n"
    "                         use when that was the most\n"
    "      --advise           record how blocks live, for 'memprof advise': every allocation\n"
    "                         (--interval=1, --lifetimes)\n"
    "      --lifetimes[=N]    record how blocks live: follow one of N windows of events (8;\n"
    "                         1: all of them, slower)\n"
    "      --every=TIME       a snapshot of each process every TIME (60s, 5m) while it runs,\n"
    "                         beside its profile: NAME.PID.0001.snapshot.pb.gz and so on\n"
    "      --keep=N           only the last N snapshots of each (all)\n"
    "  -v, --verbose          every process says what it does\n"
    "  -q, --quiet            no summary\n"
    "  -h, --help             show this help\n"
    "  -V, --version          show the version\n"
    "\n"
    "Each option but -q has an environment variable, MEMPROF_INTERVAL and so on, which\n"
    "also works with LD_PRELOAD=libmemprof.so alone; see memprof-run(1).\n"
    "\n"
    "Examples:\n"
    "  memprof run -- ./app --its-option\n"
    "  memprof run -i 1 -o app.pb.gz ./app      every allocation, into app.pb.gz\n"
    "  memprof run -o profiles/ make            a profile of each process of a build;\n"
    "                                           'memprof top profiles/' adds them up\n"
    "  memprof run --only='cc1*' make           only those of the compilers\n"
    "  memprof run --every=60s --keep=10 ./server\n"
    "  memprof run --advise ./app               what 'memprof advise' needs\n"
    "\n"
    "Exit status: PROGRAM's, 128+N when signal N ended it; 2 when it could not be\n"
    "started, or when no profile of it could be written.\n";

struct run {
    struct recorded_run recorded;
    char *path, *library;
    struct every every;
    bool is_quiet, is_advised;
};

/* ---- options ---- */

/* The options: each setting that has a flag, then those that only `run` has. */
static void list_options(struct option options[static OPTIONS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < settings_count; i++)
        if (settings[i].flag)
            options[count++] = (struct option){settings[i].flag, required_argument, NULL,
                                               OPTION_SETTINGS + (int)i};
    options[count++] = (struct option){"only", required_argument, NULL, 'O'};
    options[count++] = (struct option){"min-samples", required_argument, NULL, 'M'};
    options[count++] = (struct option){"peak", no_argument, NULL, 'P'};
    options[count++] = (struct option){"advise", no_argument, NULL, 'A'};
    options[count++] = (struct option){"lifetimes", optional_argument, NULL, 'L'};
    options[count++] = (struct option){"every", required_argument, NULL, 'E'};
    options[count++] = (struct option){"keep", required_argument, NULL, 'K'};
    options[count++] = (struct option){"verbose", no_argument, NULL, 'v'};
    options[count++] = (struct option){"quiet", no_argument, NULL, 'q'};
    options[count] = (struct option){NULL, 0, NULL, 0};
}

static const struct setting *setting_of_option(int option)
{
    for (size_t i = 0; i < settings_count; i++)
        if (option == OPTION_SETTINGS + (int)i || (option && option == settings[i].letter))
            return &settings[i];
    return NULL;
}

static struct error *take(void *context, int option, const char *value)
{
    struct run *run = context;
    const struct setting *setting = setting_of_option(option);
    if (setting)
        return settings_set(setting, value);
    switch (option) {
    case 'O':
        run->recorded.selection.only = value;
        break;
    case 'M':
        return options_number("min-samples", value, 0, UINT64_MAX, "10",
                              &run->recorded.selection.min_samples);
    case 'P':
        setenv("MEMPROF_PEAK", "1", 1);
        break;
    case 'A':
        run->is_advised = true;
        break;
    case 'L':
        return settings_set_lifetimes(value);
    case 'E':
        if (!quantity_parse_seconds(value, &run->every.period_s) || run->every.period_s < 1 ||
            run->every.period_s > EVERY_MOST_S)
            return error_create("--every: '%s' is not a time from 1 s to a year; try 60s", value);
        break;
    case 'K':
        return options_number("keep", value, 1, EVERY_KEEP_MOST, "10", &run->every.keep);
    case 'v':
        setenv("MEMPROF_VERBOSE", "1", 1);
        break;
    case 'q':
        run->is_quiet = true;
        break;
    }
    return NULL;
}

/* -1: go on; else the exit status. */
static int parse_options(struct run *run, int argc, char **argv)
{
    struct option list[OPTIONS_MAX];
    list_options(list);
    const struct options options = {COMMAND, help_text, "+i:o:vq", list, take, run};
    int status = options_parse(&options, argc, argv);
    if (status < 0 && run->every.keep && !run->every.period_s)
        return cli_misuse(COMMAND, "--keep says how many snapshots stay, and needs --every");
    return status < 0 && optind == argc ? cli_misuse(COMMAND, "no program given") : status;
}

/* ---- before and after ---- */

/* Sets what --advise needs and leaves what the user has set, by option or environment: from
 * samples, too, some advice can be given. */
static struct error *ask_for_lifetimes(void)
{
    char windows[16];
    const char *given = getenv("MEMPROF_LIFETIMES"), *interval = getenv("MEMPROF_INTERVAL");
    snprintf(windows, sizeof(windows), "%u", OPTION_LIFETIMES_DEFAULT);
    if (given && strcmp(given, "0") == 0)
        return error_create("--advise: MEMPROF_LIFETIMES is 0, which records none; try %s",
                            windows);
    if ((!given || !*given) && setenv("MEMPROF_LIFETIMES", windows, 1) != 0)
        return error_no_memory();
    if ((!interval || !*interval) && setenv("MEMPROF_INTERVAL", "1", 1) != 0)
        return error_no_memory();
    return NULL;
}

static void look(void *context)
{
    struct run *run = context;
    gather_waiting(&run->recorded.gathering);
    every_look(&run->every);
}

static struct error *prepare(struct run *run, char **argv)
{
    if (!getenv("MEMPROF_OUT") || !*getenv("MEMPROF_OUT"))
        setenv("MEMPROF_OUT", PROFILE_TEMPLATE, 1);
    struct error *error = run->is_advised ? ask_for_lifetimes() : NULL;
    if (!error)
        error = settings_check_environment();
    if (!error)
        error = absolute_names();
    if (!error)
        error = program_find(argv[0], &run->path);
    if (!error)
        error = program_check(run->path);
    if (!error)
        error = library_find(&run->library);
    if (error)
        return error;
    const char *peak = getenv("MEMPROF_PEAK");
    run->recorded.launch =
        (struct launch){.path = run->path, .argv = argv, .library = run->library};
    run->recorded.gathering = (struct gathering){.command = COMMAND,
                                                 .out = getenv("MEMPROF_OUT"),
                                                 .with_peak = peak && strcmp(peak, "1") == 0,
                                                 .workers = symbol_workers_create()};
    struct recorded_run *recorded = &run->recorded;
    error = recorded_run_prepare(recorded);
    run->every.run_id = recorded->log.run_id;
    run->every.template = recorded->gathering.out;
    run->every.selection = &recorded->selection;
    run->every.workers = recorded->gathering.workers;
    recorded->launch.look = look;
    recorded->launch.context = run;
    return error;
}

static int finish(struct run *run)
{
    struct recorded_run *recorded = &run->recorded;
    every_finish(&run->every);
    struct error *error = recorded_run_finish(recorded);
    if (error)
        cli_fail(COMMAND, error);
    const struct run_log_entry *main = recorded_run_main(recorded);
    bool is_done = main || (recorded->selection.left_out && recorded->log.count);
    if (!is_done)
        recorded_run_explain(recorded);
    else if (!run->is_quiet)
        summary_print(&recorded->log, main, recorded->gathering.running);
    if (main && run->is_advised && !run->is_quiet)
        advise_print_summary(stderr, main->path);
    return is_done ? launch_exit_status(&recorded->launch) : CLI_CANNOT;
}

int cmd_run(int argc, char **argv)
{
    struct run run = {.recorded = {.log = {.directory_fd = -1, .fd = -1}}};
    int status = parse_options(&run, argc, argv);
    if (status >= 0)
        return status;
    struct error *error = prepare(&run, argv + optind);
    if (!error)
        error = launch_run(&run.recorded.launch);
    status = error ? cli_fail(COMMAND, error) : finish(&run);
    symbol_workers_destroy(run.recorded.gathering.workers);
    recorded_run_deinit(&run.recorded);
    free(run.path);
    free(run.library);
    return status;
}
