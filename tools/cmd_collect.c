/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof collect: writes profiles of dead processes, from the states that they left, and of
 * running ones; without arguments it lists the states of both.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/path.h"
#include "collector/collect.h"
#include "collector/vitals.h"
#include "tools/argument.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/leftovers.h"
#include "tools/measure.h"
#include "tools/nameless.h"
#include "tools/options.h"
#include "tools/progress.h"
#include "tools/quantity.h"
#include "tools/settings.h"
#include "tools/superseded.h"

#define COMMAND           "collect"
#define PRUNE_AGE_S       86400
#define DEBUGINFOD_MAX_S  3600
#define STALE_MOST_S      (UINT64_C(100) * 365 * 86400)
#define NANOSECONDS_PER_S UINT64_C(1000000000)

static const char help_text[] =
    "Usage: memprof collect [OPTION]... [STATE|DIRECTORY|PID|NAME]...\n"
    "Writes the profile of a process that runs on undisturbed (its PID, its NAME or the\n"
    "path of its executable), of one that was killed (its STATE), or of all killed ones in\n"
    "a DIRECTORY of states.  Without arguments, lists all states.  A state is removed when\n"
    "its process is dead and its profile is written.\n"
    "\n"
    "  -a, --all                 write a profile of each killed process\n"
    "      --prune[=AGE]         remove the states of dead processes that are older than\n"
    "                            AGE, without a profile; 90s, 15m, 12h, 7d (1d)\n"
    "      --stale=TIME          with --all or a DIRECTORY: where it cannot be told whether a\n"
    "                            process runs, it counts as killed when a younger one of its\n"
    "                            program is there and nothing happened in it for TIME\n"
    "  -o, --output=TEMPLATE     the profile (MEMPROF_OUT, or memprof.%e.%p.pb.gz), or a\n"
    "                            directory for profiles of that name\n"
    "      --keep                do not remove states\n"
    "      --peak                write NAME.peak.pb.gz beside it, too: what was in use when\n"
    "                            that was the most\n"
    "      --max-samples=N       at most N samples in a profile: the smallest are folded\n"
    "                            into their callers, below a frame named [folded]\n"
    "      --debuginfod[=SECONDS] fetch missing debug information from the servers in\n"
    "                            DEBUGINFOD_URLS, waiting at most SECONDS (10) for each\n"
    "  -v, --verbose             say also what could not be made safe\n"
    "  -h, --help                show this help\n"
    "  -V, --version             show the version\n"
    "\n"
    "Examples:\n"
    "  memprof collect                         list all states\n"
    "  memprof collect --all                   a profile of each dead process\n"
    "  memprof collect -o now.pb.gz redis-server\n"
    "\n"
    "Exit status: 0 done, 2 could not, for one of them at least.\n";

struct collect {
    struct collect_options options;
    struct progress progress;
    char *output; /* the template, expanded; options.out is the same */
    bool all, prune, verbose;
    uint64_t prune_age_s;
    bool has_stale;
    uint64_t stale_s;
    size_t profiles, empty; /* written; removed because nothing was sampled */
    int status;
};

static struct error *take_age(struct collect *collect, const char *value)
{
    collect->prune = true;
    if (value && !quantity_parse_seconds(value, &collect->prune_age_s))
        return error_create("--prune: '%s' is not an age; try 12h (s, m, h, d)", value);
    return NULL;
}

static struct error *take_stale(struct collect *collect, const char *value)
{
    collect->has_stale = true;
    if (!quantity_parse_seconds(value, &collect->stale_s) || collect->stale_s > STALE_MOST_S)
        return error_create("--stale: '%s' is not a time; try 60s (s, m, h, d)", value);
    return NULL;
}

static struct error *take_debuginfod(struct collect *collect, const char *value)
{
    uint64_t seconds;
    collect->options.use_debuginfod = true;
    if (!value)
        return NULL;
    if (!quantity_parse_seconds(value, &seconds) || seconds < 1 || seconds > DEBUGINFOD_MAX_S)
        return error_create("--debuginfod: '%s' is not a time from 1 to %d seconds; try 10", value,
                            DEBUGINFOD_MAX_S);
    collect->options.debuginfod_timeout_s = (unsigned)seconds;
    return NULL;
}

static struct error *take_output(struct collect *collect, const char *value)
{
    free(collect->output);
    collect->output = NULL;
    struct error *error = settings_expand_output(value, &collect->output);
    if (!error)
        error = settings_check_output(collect->output);
    collect->options.out = collect->output;
    return error;
}

static struct error *take(void *context, int option, const char *value)
{
    struct collect *collect = context;
    uint64_t samples = 0;
    struct error *error = NULL;
    switch (option) {
    case 'a':
        collect->all = true;
        break;
    case 'v':
        collect->verbose = true;
        break;
    case 'K':
        collect->options.with_peak = true;
        break;
    case 'k':
        collect->options.keep_state = true;
        break;
    case 'P':
        return take_age(collect, value);
    case 'S':
        return take_stale(collect, value);
    case 'D':
        return take_debuginfod(collect, value);
    case 'M':
        error = options_number("max-samples", value, 1, INT32_MAX, "16000", &samples);
        collect->options.max_samples = (uint32_t)samples;
        break;
    case 'o':
        return take_output(collect, value);
    }
    return error;
}

static const struct option option_list[] = {
    {"all", no_argument, NULL, 'a'},
    {"prune", optional_argument, NULL, 'P'},
    {"stale", required_argument, NULL, 'S'},
    {"output", required_argument, NULL, 'o'},
    {"keep", no_argument, NULL, 'k'},
    {"peak", no_argument, NULL, 'K'},
    {"max-samples", required_argument, NULL, 'M'},
    {"debuginfod", optional_argument, NULL, 'D'},
    {"verbose", no_argument, NULL, 'v'},
    {NULL, 0, NULL, 0},
};

static void print_peak(const struct collect_result *result)
{
    char live[MEASURE_TEXT];
    cli_put(result->peak_path, 0);
    uint64_t bytes = (uint64_t)result->peak_totals[PROFILE_INUSE_SPACE];
    uint64_t excess = vitals_peak_excess(bytes, result->interval_bytes);
    printf(": at the peak, live %s", measure_bytes(live, bytes));
    if (excess)
        printf(" (sampled: high by up to %s)", measure_bytes(live, excess));
    printf("\n");
}

static void print_result(const struct collect_result *result)
{
    char allocated[MEASURE_TEXT], live[MEASURE_TEXT];
    cli_put(result->path, 0);
    printf(": ");
    cli_put(path_base(result->exe ? result->exe : "?"), 0);
    printf(" (pid %" PRIu32 "%s), ", result->pid,
           result->is_unknown ? ", perhaps running"
           : result->is_live  ? ", running"
                              : "");
    if (result->samples)
        printf("allocated %s, live %s, %" PRIu64 " samples\n",
               measure_bytes(allocated, (uint64_t)result->totals[PROFILE_ALLOC_SPACE]),
               measure_bytes(live, (uint64_t)result->totals[PROFILE_INUSE_SPACE]), result->samples);
    else
        printf("no samples, so it is empty (interval %s)\n",
               measure_bytes(live, result->interval_bytes));
    if (result->peak_path)
        print_peak(result);
    if (result->lifetimes_path) {
        cli_put(result->lifetimes_path, 0);
        puts(": how blocks lived, for 'memprof advise'");
    }
}

static void report(struct collect *collect, struct error *error, struct collect_result *result)
{
    progress_end(&collect->progress);
    if (error) {
        collect->status = cli_fail(COMMAND, error);
    } else {
        print_result(result);
        if (result->warning)
            cli_complain(COMMAND, "%s: %s", result->path, result->warning);
        if (result->remark && collect->verbose)
            cli_complain(COMMAND, "%s: %s", result->path, result->remark);
        nameless_print_file(stdout, "  no names  ", result->path);
        collect->profiles++;
    }
    collect_result_deinit(result);
}

static void collect_state(struct collect *collect, const char *path)
{
    struct collect_result result;
    progress_begin(&collect->progress, path);
    report(collect, collect_path(path, &collect->options, &result), &result);
}

static void collect_listed(struct collect *collect, const struct state_entry *entry)
{
    struct collect_result result;
    progress_begin(&collect->progress, entry->path);
    report(collect, collect_entry(entry, &collect->options, &result), &result);
}

static void collect_process(struct collect *collect, pid_t pid)
{
    struct collect_result result;
    progress_begin(&collect->progress, "reading debug information");
    report(collect, collect_pid(pid, &collect->options, &result), &result);
}

/* With one output name for several profiles only the last would be left. */
static bool would_overwrite(const struct collect *collect, size_t count)
{
    const char *out = collect->options.out;
    if (!out || count < 2 || strstr(out, "%p"))
        return false;
    cli_complain(
        COMMAND,
        "--output: '%s' would be the name of %zu profiles; put %%p, the process id, into it", out,
        count);
    return true;
}

/* Collects the states of dead processes in `directory`, or (NULL) in every state directory.
 * A state without samples gives no profile. */
static void collect_directory(struct collect *collect, const char *directory)
{
    struct state_list states = {.count = 0};
    struct error *error = state_list_init(&states, directory);
    size_t dead = 0;
    if (error) {
        collect->status = cli_fail(COMMAND, error);
        return;
    }
    if (collect->has_stale)
        superseded_note(&states, collect->stale_s * NANOSECONDS_PER_S);
    for (size_t i = 0; i < states.count; i++)
        dead += states.entries[i].is_valid && !states.entries[i].is_live;
    bool refused = would_overwrite(collect, dead);
    if (refused)
        collect->status = CLI_CANNOT;
    for (size_t i = 0; i < states.count && !refused; i++) {
        const struct state_entry *entry = &states.entries[i];
        if (!entry->is_valid || entry->is_live)
            continue;
        if (entry->samples || collect->options.keep_state)
            collect_listed(collect, entry);
        else if (state_entry_remove(entry))
            collect->empty++;
    }
    state_list_deinit(&states);
}

static void collect_argument(struct collect *collect, const char *text)
{
    struct argument argument;
    int status = argument_resolve(COMMAND, text, &argument);
    if (status >= 0)
        collect->status = status;
    else if (argument.kind == ARGUMENT_PROCESS)
        collect_process(collect, argument.pid);
    else if (argument.kind == ARGUMENT_DIRECTORY)
        collect_directory(collect, text);
    else
        collect_state(collect, argument.state ? argument.state : text);
    free(argument.state);
}

static void list(struct collect *collect)
{
    struct state_list states = {.count = 0};
    struct error *error = state_list_init(&states, NULL);
    if (error)
        collect->status = cli_fail(COMMAND, error);
    else
        leftovers_print(&states);
    state_list_deinit(&states);
}

static void prune(struct collect *collect, char **directories, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < (count ? count : 1); i++) {
        size_t removed = 0;
        struct error *error = collect_prune(count ? directories[i] : NULL,
                                            collect->prune_age_s * NANOSECONDS_PER_S, &removed);
        if (error)
            collect->status = cli_fail(COMMAND, error);
        total += removed;
    }
    char text[MEASURE_TEXT];
    printf("%s removed\n", measure_count(text, total, "file"));
}

static void collect_all(struct collect *collect)
{
    char text[MEASURE_TEXT];
    collect_directory(collect, NULL);
    if (collect->empty)
        printf("%s without samples removed\n", measure_count(text, collect->empty, "state"));
    if (!collect->profiles && !collect->empty && collect->status == CLI_DONE)
        puts("No states of killed processes found.");
}

static int act(struct collect *collect, char **arguments, size_t count)
{
    if (collect->prune && (collect->all || collect->output))
        return cli_misuse(
            COMMAND,
            "--prune removes states without a profile, so it goes with neither --all nor --output");
    if (collect->has_stale && (collect->prune || (!collect->all && count == 0)))
        return cli_misuse(COMMAND,
                          "--stale is for profiles of killed processes, so it goes with --all "
                          "or a directory");
    if (collect->prune)
        prune(collect, arguments, count);
    else if (collect->all)
        collect_all(collect);
    else if (count == 0)
        list(collect);
    if (!collect->prune && would_overwrite(collect, count))
        return CLI_CANNOT;
    for (size_t i = 0; i < count && !collect->prune; i++)
        collect_argument(collect, arguments[i]);
    return cli_finish(COMMAND, collect->status);
}

int cmd_collect(int argc, char **argv)
{
    struct collect collect = {.prune_age_s = PRUNE_AGE_S, .status = CLI_DONE};
    collect.options.progress = progress_step;
    collect.options.progress_context = &collect.progress;
    const struct options options = {COMMAND, help_text, "ao:v", option_list, take, &collect};
    int status = options_parse(&options, argc, argv);
    collect.options.workers = symbol_workers_create();
    if (status < 0)
        status = act(&collect, argv + optind, (size_t)(argc - optind));
    symbol_workers_destroy(collect.options.workers);
    free(collect.output);
    return status;
}
