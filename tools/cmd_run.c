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
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/gather.h"
#include "tools/launch.h"
#include "tools/library.h"
#include "tools/options.h"
#include "tools/program.h"
#include "tools/run_log.h"
#include "tools/selection.h"
#include "tools/settings.h"
#include "tools/summary.h"

#define COMMAND              "run"
#define STATUS_LOADER_FAILED 127
#define OPTIONS_MAX          20
#define OPTION_SETTINGS      256 /* getopt values of settings: this + index */

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
    "\n"
    "Exit status: PROGRAM's, 128+N when signal N ended it; 2 when it could not be\n"
    "started, or when no profile of it could be written.\n";

struct run {
    struct launch launch;
    struct run_log log;
    char *path, *library;
    struct gathering gathering;
    struct selection selection;
    bool is_quiet;
};

/* ---- options ---- */

/* Puts an absolute name into `variable`: processes of the run change directory.
 * `escape` doubles what a template would read as an escape. */
static struct error *make_absolute(const char *variable, const char *name, bool escape)
{
    if (name[0] == '/')
        return setenv(variable, name, 1) == 0 ? NULL : error_no_memory();
    char *cwd = getcwd(NULL, 0);
    if (!cwd)
        return error_create_errno(errno, "current directory");
    char *absolute = malloc(2 * strlen(cwd) + 1 + strlen(name) + 1);
    char *at = absolute;
    for (const char *from = cwd; at && *from; from++) {
        if (escape && *from == '%')
            *at++ = '%';
        *at++ = *from;
    }
    free(cwd);
    if (!at)
        return error_no_memory();
    *at++ = '/';
    strcpy(at, name);
    int failed = setenv(variable, absolute, 1);
    free(absolute);
    return failed ? error_no_memory() : NULL;
}

static struct error *make_names_absolute(void)
{
    static const char *const variables[] = {"MEMPROF_OUT", "MEMPROF_DIR", "MEMPROF_COLLECTOR"};
    struct error *error = NULL;
    for (size_t i = 0; i < sizeof variables / sizeof *variables && !error; i++) {
        const char *name = getenv(variables[i]);
        bool is_output = i == 0, is_none = i == 2 && name && strcmp(name, "none") == 0;
        if (name && *name && !is_none)
            error = make_absolute(variables[i], name, is_output);
    }
    return error ? error : settings_check_environment();
}

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
        run->selection.only = value;
        break;
    case 'M':
        return options_number("min-samples", value, 0, UINT64_MAX, "10",
                              &run->selection.min_samples);
    case 'P':
        setenv("MEMPROF_PEAK", "1", 1);
        break;
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
    return status < 0 && optind == argc ? cli_misuse(COMMAND, "no program given") : status;
}

/* ---- before and after ---- */

static struct error *prepare(struct run *run, char **argv)
{
    if (!getenv("MEMPROF_OUT") || !*getenv("MEMPROF_OUT"))
        setenv("MEMPROF_OUT", SETTINGS_DEFAULT_OUTPUT, 1);
    struct error *error = settings_check_environment();
    if (!error)
        error = make_names_absolute();
    if (!error)
        error = program_find(argv[0], &run->path);
    if (!error)
        error = program_check(run->path);
    if (!error)
        error = library_find(&run->library);
    if (!error)
        error = run_log_create(&run->log);
    run->launch = (struct launch){.path = run->path,
                                  .argv = argv,
                                  .library = run->library,
                                  .run_id = run->log.run_id,
                                  .run_directory = run->log.directory,
                                  .look = gather_waiting,
                                  .context = &run->gathering};
    run->gathering = (struct gathering){
        .log = &run->log, .selection = &run->selection, .workers = symbol_workers_create()};
    return error;
}

/* Says why there is no profile of the program.  An empty profile would be misleading. */
static int explain_failure(const struct run *run, const struct run_log_refusal *refusal)
{
    const char *name = run->launch.argv[0], *reason;
    int status = launch_exit_status(&run->launch);
    if (run->selection.left_out) {
        cli_complain(COMMAND,
                     "no process matches --only and has --min-samples samples; there were %s",
                     run->selection.names);
        return CLI_CANNOT;
    }
    if (refusal)
        reason = refusal->reason;
    else if (run->gathering.kept)
        reason = "it could not be written, see above";
    else if (status == STATUS_LOADER_FAILED)
        reason = "the loader could not start it; try to run it by itself";
    else
        reason = "nothing was recorded: it ran a static or set-user-ID program, dropped its "
                 "environment, or a sandbox left no room; try --verbose";
    cli_complain(COMMAND, "%s: no profile: %s (it ended with %s %d)", name, reason,
                 status > 128 ? "signal" : "status", status > 128 ? status - 128 : status);
    return CLI_CANNOT;
}

/* The refusal of the program's last image to be recorded, or NULL; what an image before the
 * last exec said does not count. */
static const struct run_log_refusal *refusal_of(const struct run *run)
{
    const struct run_log_refusal *refusal = &run->log.refusal;
    bool is_program = refusal->pid == (uint64_t)run->launch.pid;
    return is_program && refusal->start_ns >= run->gathering.program_start_ns ? refusal : NULL;
}

/* Processes that end while the log is locked leave their states to us; afterwards each makes
 * its own profile.  The second round collects the states that were left between the first
 * round and the unlocking. */
static int finish(struct run *run)
{
    struct error *error = gather_rest(&run->gathering, false);
    run_log_unlock(&run->log);
    if (!error)
        error = gather_rest(&run->gathering, true);
    if (!error)
        error = run_log_read(&run->log);
    if (error)
        cli_fail(COMMAND, error);
    const struct run_log_refusal *refusal = refusal_of(run);
    const struct run_log_entry *main = refusal ? NULL : summary_main(&run->log);
    bool is_done = main || (run->selection.left_out && run->log.count);
    int status = is_done ? launch_exit_status(&run->launch) : explain_failure(run, refusal);
    if (is_done && !run->is_quiet)
        summary_print(&run->log, main, run->gathering.running);
    return status;
}

int cmd_run(int argc, char **argv)
{
    struct run run = {.log = {.directory_fd = -1, .fd = -1}};
    int status = parse_options(&run, argc, argv);
    if (status >= 0)
        return status;
    struct error *error = prepare(&run, argv + optind);
    if (!error)
        error = launch_run(&run.launch);
    status = error ? cli_fail(COMMAND, error) : finish(&run);
    symbol_workers_destroy(run.gathering.workers);
    run_log_remove(&run.log);
    run_log_deinit(&run.log);
    free(run.path);
    free(run.library);
    return status;
}
