/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof-collect: what a profiled process starts at its end, and the quickest
 * way from a state to a profile.  It prints nothing where the process's own
 * output might be mixed up with it.
 */
#include "collector/base/clean.h"
#include "collector/base/open_regular.h"
#include "collector/collect.h"
#include "preload/base/number.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <malloc.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT_EXIT_SOFT_LIMIT_MS 5000

enum {
    STATUS_DONE = 0,
    STATUS_CANNOT = 2,
};

enum option_code {
    OPTION_AT_EXIT = 256,
    OPTION_DEBUGINFOD,
    OPTION_KEEP,
    OPTION_MAX_SAMPLES,
    OPTION_PEAK,
    OPTION_SOFT_LIMIT,
};

static const struct option long_options[] = {
    {"at-exit", no_argument, NULL, OPTION_AT_EXIT},
    {"output", required_argument, NULL, 'o'},
    {"debuginfod", optional_argument, NULL, OPTION_DEBUGINFOD},
    {"keep", no_argument, NULL, OPTION_KEEP},
    {"max-samples", required_argument, NULL, OPTION_MAX_SAMPLES},
    {"peak", no_argument, NULL, OPTION_PEAK},
    {"soft-limit", required_argument, NULL, OPTION_SOFT_LIMIT},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static const char help_text[] =
    "Usage: memprof-collect [OPTION]... STATE...\n"
    "Writes a profile for each state that a profiled process left behind.\n"
    "\n"
    "  -o, --output=TEMPLATE       name of the profile (MEMPROF_OUT, or the default);\n"
    "                              %e program, %p pid, %t start time, %% a percent sign\n"
    "      --debuginfod[=SECONDS]  fetch missing debug information from the servers in\n"
    "                              DEBUGINFOD_URLS, waiting at most SECONDS (10) each\n"
    "      --keep                  do not remove the state\n"
    "      --max-samples=N         at most N samples: fold the smallest into their callers\n"
    "      --peak                  write NAME.peak.pb.gz, too: when the most was in use\n"
    "      --soft-limit=MS         read no more debug information after MS milliseconds\n"
    "      --at-exit               as started by the process itself\n"
    "  -v, --verbose               say also what could not be made safe\n"
    "  -h, --help                  show this help\n"
    "  -V, --version               show the version\n"
    "\n"
    "Exit status: 0 done, 2 could not, for one of them at least.\n";

struct arguments {
    struct collect_options options;
    bool is_verbose;
};

/* --- at exit --- */

/* A pipe that nobody reads must not hold up the process's end. */
static bool stderr_is_ready(void)
{
    struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&ready, 1, 0) == 1 && ready.revents & POLLOUT;
}

/* A word to the user, when this is still the process's own stderr. */
static void tell_at_exit(const struct error *error, const struct collect_result *result,
                         const char *state)
{
    if (!result->may_print || !stderr_is_ready())
        return;
    if (error)
        dprintf(STDERR_FILENO, "memprof: %s; the state is kept, try 'memprof collect %s'\n",
                error_message(error), state);
    else if (result->warning)
        dprintf(STDERR_FILENO, "memprof: %s: %s\n", result->path, clean_text(result->warning));
    if (!error && result->remark && result->is_verbose)
        dprintf(STDERR_FILENO, "memprof: %s\n", result->remark);
    if (!error && result->run_id == 0 && (result->is_verbose || isatty(STDERR_FILENO)))
        dprintf(STDERR_FILENO,
                "memprof: %s: %" PRIu64 " samples, %" PRId64 " bytes allocated, %" PRId64
                " live at exit; go tool pprof %s\n",
                result->path, result->samples, result->totals[PROFILE_ALLOC_SPACE],
                result->totals[PROFILE_INUSE_SPACE], result->path);
}

static int collect_at_exit(const struct arguments *arguments, const char *state)
{
    struct collect_result result;
    struct error *error = collect_path(state, &arguments->options, &result);
    int status = error ? STATUS_CANNOT : STATUS_DONE;
    if (result.path)
        clean_text(result.path);
    tell_at_exit(error, &result, state);
    error_destroy(error);
    collect_result_deinit(&result);
    return status;
}

/* --- by hand --- */

static int report(struct error *error, struct collect_result *result, bool is_verbose)
{
    int status = error ? STATUS_CANNOT : STATUS_DONE;
    if (error)
        fprintf(stderr, "memprof-collect: %s\n", error_message(error));
    else
        printf("%s\n", clean_text(result->path));
    if (!error && result->peak_path)
        printf("%s\n", clean_text(result->peak_path));
    if (!error && result->lifetimes_path)
        printf("%s\n", clean_text(result->lifetimes_path));
    if (!error && result->warning)
        fprintf(stderr, "memprof-collect: %s\n", clean_text(result->warning));
    if (!error && result->remark && is_verbose)
        fprintf(stderr, "memprof-collect: %s\n", result->remark);
    error_destroy(error);
    collect_result_deinit(result);
    return status;
}

static int collect_states(const struct arguments *arguments, char **states, int count)
{
    struct collect_result result;
    int status = STATUS_DONE;
    for (int i = 0; i < count; i++)
        if (report(collect_path(states[i], &arguments->options, &result), &result,
                   arguments->is_verbose) != STATUS_DONE)
            status = STATUS_CANNOT;
    if (fflush(stdout) != 0) {
        fprintf(stderr, "memprof-collect: standard output: %s\n", strerror(errno));
        status = STATUS_CANNOT;
    }
    return status;
}

/* --- arguments --- */

static bool parse_number(const char *text, uint64_t most, uint64_t *number)
{
    return number_parse(text, number) && *number <= most;
}

static int fail_usage(const char *what, const char *value)
{
    fprintf(stderr, "memprof-collect: %s: %s; try 'memprof-collect --help'\n", what, value);
    return STATUS_CANNOT;
}

/* -1: go on; else the exit status. */
static int parse_option(struct arguments *arguments, int option)
{
    uint64_t number = 0;
    switch (option) {
    case OPTION_AT_EXIT:
        arguments->options.at_exit = true;
        return -1;
    case OPTION_PEAK:
        arguments->options.with_peak = true;
        return -1;
    case OPTION_KEEP:
        arguments->options.keep_state = true;
        return -1;
    case 'o':
        arguments->options.out = optarg;
        return -1;
    case OPTION_DEBUGINFOD:
        if (optarg && !parse_number(optarg, 86400, &number))
            return fail_usage("--debuginfod: not a number of seconds", optarg);
        arguments->options.use_debuginfod = true;
        arguments->options.debuginfod_timeout_s = (unsigned)number;
        return -1;
    case OPTION_MAX_SAMPLES:
        if (!parse_number(optarg, INT32_MAX, &number) || number == 0)
            return fail_usage("--max-samples: not a number of samples from 1", optarg);
        arguments->options.max_samples = (uint32_t)number;
        return -1;
    case OPTION_SOFT_LIMIT:
        if (!parse_number(optarg, INT32_MAX, &number))
            return fail_usage("--soft-limit: not a number of milliseconds", optarg);
        arguments->options.soft_limit_ms = (unsigned)number;
        return -1;
    case 'v':
        arguments->is_verbose = true;
        return -1;
    case 'h':
        fputs(help_text, stdout);
        return fflush(stdout) == 0 ? STATUS_DONE : STATUS_CANNOT;
    case 'V':
        puts("memprof-collect " MEMPROF_VERSION);
        return fflush(stdout) == 0 ? STATUS_DONE : STATUS_CANNOT;
    default:
        fprintf(stderr, "Try 'memprof-collect --help'.\n");
        return STATUS_CANNOT;
    }
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.is_verbose = false};
    int option;
    open_standard_descriptors();
    /* Large pools grow by being moved in place, and go back to the system. */
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    while ((option = getopt_long(argc, argv, "o:vhV", long_options, NULL)) != -1) {
        int status = parse_option(&arguments, option);
        if (status >= 0)
            return status;
    }
    char **states = argv + optind;
    int count = argc - optind;
    if (count == 0)
        return fail_usage("nothing to do", "no STATE was given");
    if (arguments.options.at_exit && arguments.options.soft_limit_ms == 0)
        arguments.options.soft_limit_ms = AT_EXIT_SOFT_LIMIT_MS;
    if (arguments.options.at_exit)
        return collect_at_exit(&arguments, states[0]);
    return collect_states(&arguments, states, count);
}
