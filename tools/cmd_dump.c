/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof dump: what a running process holds now, held at its peak, or what changes in a while,
 * as a profile.  The process goes on as if nobody looked.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/clock.h"
#include "collector/base/path.h"
#include "collector/profile/merge.h"
#include "collector/profile/peak_name.h"
#include "collector/profile/pprof_encode.h"
#include "collector/save.h"
#include "collector/vitals.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/dump/sources.h"
#include "tools/measure.h"
#include "tools/options.h"
#include "tools/quantity.h"
#include "tools/settings.h"

#define COMMAND      "dump"
#define SECONDS_MOST 86400
#define NS_PER_MS    1000000

static const char help_text[] =
    "Usage: memprof dump [OPTION]... PID|NAME\n"
    "Writes a profile of a running process, which is neither stopped nor disturbed: what it\n"
    "holds now and has allocated so far.\n"
    "\n"
    "  -o, --output=TEMPLATE  the profile; %e program, %p process id, %t its start, or a\n"
    "                         directory (standard output; on a terminal memprof.%e.%p.pb.gz)\n"
    "      --seconds=N        what has changed when N seconds have passed: what was allocated,\n"
    "                         and how much more, or less, is held\n"
    "      --peak             what was held when that was the most\n"
    "      --tree             the sum of it and of all recorded processes that descend from it\n"
    "  -q, --quiet            do not say what was written\n"
    "  -h, --help             show this help\n"
    "  -V, --version          show the version\n"
    "\n"
    "Examples:\n"
    "  memprof dump -o now.pb.gz redis-server\n"
    "  memprof dump --seconds=30 -o grown.pb.gz 1234\n"
    "  memprof dump --peak 1234 | go tool pprof -top -\n"
    "  memprof dump --tree -o all.pb.gz $(pgrep -o nginx)\n"
    "\n"
    "Exit status: 0 done, 2 could not, and then nothing was written.\n";

struct dump {
    char *output; /* NULL: standard output */
    uint64_t seconds;
    bool is_at_peak, is_tree, is_quiet;
    struct dump_sources sources;
    int64_t began_ms; /* CLOCK_MONOTONIC, when the first counts were read */
    struct profile *profile;
    int64_t totals[PROFILE_VALUES];
};

static struct error *take(void *context, int option, const char *value)
{
    struct dump *dump = context;
    switch (option) {
    case 'o':
        free(dump->output);
        dump->output = NULL;
        struct error *error = settings_expand_output(value, &dump->output);
        return error ? error : settings_check_output(dump->output);
    case 'S':
        if (!quantity_parse_seconds(value, &dump->seconds) || dump->seconds < 1 ||
            dump->seconds > SECONDS_MOST)
            return error_create("--seconds: '%s' is not a time from 1 s to a day; try 30", value);
        break;
    case 'P':
        dump->is_at_peak = true;
        break;
    case 'T':
        dump->is_tree = true;
        break;
    case 'q':
        dump->is_quiet = true;
        break;
    }
    return NULL;
}

/* ---- a while ---- */

static volatile sig_atomic_t signal_that_came;

static void note_signal(int number)
{
    signal_that_came = number;
}

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};
#define ENDING (sizeof ending_signals / sizeof *ending_signals)

/* Signals are let through while we wait and at no other time.  One that is ignored (nohup) stays
 * ignored. */
static void catch_signals(sigset_t *before)
{
    struct sigaction action = {.sa_handler = note_signal}, old;
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < ENDING; i++)
        if (sigaction(ending_signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            sigaction(ending_signals[i], &action, NULL);
            sigaddset(&blocked, ending_signals[i]);
        }
    sigprocmask(SIG_BLOCK, &blocked, before);
}

/* Ends as the signal would have ended us, so that a shell's loop ends, too. */
static _Noreturn void end_by_signal(const struct dump *dump)
{
    int number = signal_that_came;
    sigset_t only;
    cli_complain(COMMAND,
                 "%s: interrupted after %" PRId64 " of %" PRIu64 " seconds; nothing was written",
                 dump->sources.items[0].argument.text, (clock_now_ms() - dump->began_ms) / 1000,
                 dump->seconds);
    signal(number, SIG_DFL);
    raise(number);
    sigemptyset(&only);
    sigaddset(&only, number);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    _exit(CLI_CANNOT);
}

static struct error *first_counts(struct dump_sources *sources)
{
    const struct snapshot_options options = {0};
    struct error *error = NULL;
    for (size_t i = 0; i < sources->count && !error; i++) {
        struct dump_source *source = &sources->items[i];
        struct snapshot snapshot;
        error = live_process_snapshot(source->process, &options, &snapshot);
        source->before = snapshot.counts;
        source->has_before = !error;
        snapshot.counts = (struct counts){0};
        snapshot_deinit(&snapshot);
    }
    return error;
}

/* The process that was named must live until the end; of the others, those that are still there
 * then are counted. */
static struct error *wait_a_while(struct dump *dump)
{
    sigset_t before;
    struct dump_source *named = &dump->sources.items[0];
    catch_signals(&before);
    dump->began_ms = clock_now_ms();
    struct error *error = first_counts(&dump->sources);
    int64_t until_ms = dump->began_ms + (int64_t)dump->seconds * 1000;
    int came = error ? 0 : live_process_wait(named->process, until_ms, &before);
    if (came < 0)
        end_by_signal(dump);
    if (came > 0)
        error = error_create("process %s %s after %" PRId64 " of %" PRIu64
                             " seconds; nothing was written; 'memprof collect' lists what it left",
                             named->argument.text, live_process_ending(named->process),
                             (clock_now_ms() - dump->began_ms) / 1000, dump->seconds);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* ---- the profile ---- */

static struct error *check_peak(const struct dump_source *source, const struct snapshot *snapshot)
{
    if (!snapshot->peak.is_known)
        return error_create(
            "process %s: its peak is not known: its state was made by an older "
            "memprof, or has no room for it; without --peak it is what it holds now",
            source->argument.text);
    return NULL;
}

/* Adds what one process has.  Of a process that came later, everything is new. */
static struct error *add_part(struct dump *dump, struct dump_source *source,
                              struct profile_merger *merger)
{
    struct snapshot snapshot;
    const struct counts none = {0};
    const struct snapshot_options options = {.at_peak = dump->is_at_peak,
                                             .is_for_file = true,
                                             .earlier = !dump->seconds       ? NULL
                                                        : source->has_before ? &source->before
                                                                             : &none};
    struct error *error = live_process_snapshot(source->process, &options, &snapshot);
    if (!error && dump->is_at_peak)
        error = check_peak(source, &snapshot);
    if (!error && dump->is_at_peak && !snapshot.peak.is_exact)
        cli_complain(COMMAND,
                     "process %s: a new peak came while it was read, or some of it had no "
                     "room: some values may be those of a moment later",
                     source->argument.text);
    for (int i = 0; !error && i < PROFILE_VALUES; i++)
        dump->totals[i] += snapshot.totals[i];
    if (!error && snapshot.warning && !dump->is_quiet)
        cli_complain(COMMAND, "process %s: %s", source->argument.text, snapshot.warning);
    if (!error && !merger) {
        dump->profile = snapshot.profile;
        snapshot.profile = NULL;
    } else if (!error && !profile_merger_add(merger, snapshot.profile)) {
        error = error_no_memory();
    }
    snapshot_deinit(&snapshot);
    return error;
}

static struct error *make_profile(struct dump *dump)
{
    int64_t now_ms = clock_now_ms();
    struct profile_merger *merger = dump->is_tree ? profile_merger_create() : NULL;
    struct error *error = dump->is_tree && !merger ? error_no_memory() : NULL;
    for (size_t i = 0; i < dump->sources.count && !error; i++)
        error = add_part(dump, &dump->sources.items[i], merger);
    if (!error && merger && !(dump->profile = profile_merger_finish(merger)))
        error = error_no_memory();
    profile_merger_destroy(merger);
    if (!error && dump->seconds)
        dump->profile->duration_ns = (now_ms - dump->began_ms) * NS_PER_MS;
    return error;
}

/* ---- what is written ---- */

static void print_result(const struct dump *dump, const struct state_info *info, const char *path)
{
    char allocated[MEASURE_TEXT], live[MEASURE_TEXT], others[MEASURE_TEXT] = "";
    int64_t held = dump->totals[PROFILE_INUSE_SPACE];
    if (dump->sources.count > 1)
        snprintf(others, sizeof others, " and %zu more", dump->sources.count - 1);
    cli_put(path, 0);
    printf(": ");
    cli_put(path_base(*info->exe ? info->exe : "?"), 0);
    printf(" (pid %" PRIu32 "%s), ", info->pid, others);
    printf("allocated %s, %s %s%s\n",
           measure_bytes(allocated, (uint64_t)dump->totals[PROFILE_ALLOC_SPACE]),
           dump->seconds      ? "live changed by"
           : dump->is_at_peak ? "live at the peak"
                              : "live",
           held < 0 ? "-" : "", measure_bytes(live, (uint64_t)(held < 0 ? -held : held)));
    uint64_t excess =
        dump->is_at_peak ? vitals_peak_excess((uint64_t)held, info->interval_bytes) : 0;
    if (excess)
        printf("  sampled: the peak is high by up to %s\n", measure_bytes(live, excess));
}

static struct error *write_out(const struct dump *dump)
{
    const struct state_info *info = live_process_info(dump->sources.items[0].process);
    const char *template = dump->output;
    struct save_file file;
    if (!template && isatty(STDOUT_FILENO))
        template = PROFILE_TEMPLATE;
    if (!template)
        return pprof_encode(dump->profile, STDOUT_FILENO, "standard output", NULL, NULL);
    struct error *error = save_profile(dump->profile, info, template, &file);
    if (error)
        return error;
    if (!dump->is_quiet)
        print_result(dump, info, file.path);
    save_file_forget(&file);
    return NULL;
}

static int run(struct dump *dump, const char *text)
{
    struct argument argument;
    int status = argument_resolve(COMMAND, text, &argument);
    if (status >= 0)
        return status;
    struct error *error = dump_sources_init(&dump->sources, &argument);
    if (!error && dump->is_tree)
        error = dump_sources_add_tree(&dump->sources);
    if (!error && dump->seconds)
        error = wait_a_while(dump);
    if (!error && dump->seconds && dump->is_tree)
        error = dump_sources_add_tree(&dump->sources);
    if (!error)
        error = make_profile(dump);
    if (!error)
        error = write_out(dump);
    return error ? cli_fail(COMMAND, error) : CLI_DONE;
}

int cmd_dump(int argc, char **argv)
{
    static const struct option list[] = {
        {"output", required_argument, NULL, 'o'}, {"seconds", required_argument, NULL, 'S'},
        {"peak", no_argument, NULL, 'P'},         {"tree", no_argument, NULL, 'T'},
        {"quiet", no_argument, NULL, 'q'},        {NULL, 0, NULL, 0}};
    struct dump dump = {.sources = {.command = COMMAND}};
    const struct options options = {COMMAND, help_text, "o:q", list, take, &dump};
    int status = options_parse(&options, argc, argv);
    if (status < 0 && dump.seconds && dump.is_at_peak)
        status = cli_misuse(COMMAND, "--seconds and --peak exclude each other");
    if (status < 0 && optind + 1 != argc)
        status = optind == argc ? cli_misuse(COMMAND, "no process given")
                                : cli_misuse(COMMAND, "more than one process given; --tree sums "
                                                      "those that descend from one");
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error with a line */
    if (status < 0)
        status = cli_finish(COMMAND, run(&dump, argv[optind]));
    profile_destroy(dump.profile);
    dump_sources_deinit(&dump.sources);
    free(dump.output);
    return status;
}
