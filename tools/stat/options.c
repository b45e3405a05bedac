/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the options of `memprof stat`.
 */
#include "tools/stat/options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/options.h"
#include "tools/settings.h"

#define RUNS_DEFAULT    5
#define RUNS_MAX        1000
#define OPTION_SETTINGS 256 /* getopt values of settings: this + index */
#define AS_RUNS         UINT64_MAX

static const char help_text[] =
    "Usage: memprof stat [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
    "       memprof stat [OPTION]... --show=DIR\n"
    "Runs PROGRAM several times, with every allocation recorded and, in between, without being\n"
    "recorded, and prints what it allocates and what that costs, each with its spread.  The\n"
    "profiles of all runs are kept in a directory, for 'memprof diff' and the next comparison.\n"
    "\n"
    "  -n, --runs=RUNS        how often it is run (5)\n"
    "      --plain[=N]        how often it is run without being recorded (as often), for its CPU\n"
    "                         time; 0: not at all\n"
    "      --warmup=K         runs before the first that counts (0)\n"
    "      --ops=N            operations that a run does: values are printed for each, too\n"
    "      --ops-from=REGEX   the same, read from the program's output: the last line that "
    "matches\n"
    "                         counts, and of it the first group, if there is one\n"
    "  -o, --output=DIR       where the profiles and stat.json are kept\n"
    "                         (memprof.PROGRAM.stat); what an earlier stat left is replaced\n"
    "      --compare=DIR      print the values of an earlier stat beside these, and the change\n"
    "      --show=DIR         print what is kept in DIR, and run nothing\n"
    "      --json             print JSON; the program's output then goes to stderr\n"
    "      --discard-output   the program's standard output is not shown\n"
    "      --program=NAME     the main program, when PROGRAM starts others (the first process's\n"
    "                         last executable)\n"
    "  -h, --help             show this help\n"
    "  -V, --version          show the version\n"
    "\n"
    "Of recording, as 'memprof run' has them:\n"
    "  -i, --interval=BYTES   mean bytes between samples (1: every allocation)\n"
    "      --dir=DIRECTORY    --depth=FRAMES  --unwind=METHOD  --seed=NUMBER\n"
    "      --state-max=BYTES  see memprof-run(1)\n"
    "\n"
    "Each run reads its standard input from the start if that is a file, and else nothing.\n"
    "\n"
    "Examples:\n"
    "  memprof stat -- ./bench --its-option\n"
    "  memprof stat -n 6 --ops 100000 -o base -- ./bench\n"
    "  memprof stat -n 6 --ops-from '([0-9]+) requests' --compare base -o new -- ./bench\n"
    "  memprof diff base new                    which call sites changed\n"
    "\n"
    "Exit status: 0 done; 2 could not: a run failed, lost events or recorded nothing.\n";

static const struct option own_options[] = {
    {"runs", required_argument, NULL, 'n'},     {"plain", optional_argument, NULL, 'P'},
    {"warmup", required_argument, NULL, 'w'},   {"ops", required_argument, NULL, 'N'},
    {"ops-from", required_argument, NULL, 'R'}, {"output", required_argument, NULL, 'o'},
    {"compare", required_argument, NULL, 'C'},  {"show", required_argument, NULL, 'S'},
    {"json", no_argument, NULL, 'J'},           {"discard-output", no_argument, NULL, 'D'},
    {"program", required_argument, NULL, 'G'},
};
#define OWN_OPTIONS (sizeof own_options / sizeof *own_options)
#define OPTIONS_MAX (OWN_OPTIONS + 12)

/* Where profiles go, and what becomes of processes that outlive the run, stat decides itself. */
static bool is_offered(const struct setting *setting)
{
    return setting->flag && strcmp(setting->flag, "output") != 0 &&
           strcmp(setting->flag, "collector") != 0;
}

static void list_options(struct option list[static OPTIONS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < settings_count && count < OPTIONS_MAX - OWN_OPTIONS - 1; i++)
        if (is_offered(&settings[i]))
            list[count++] = (struct option){settings[i].flag, required_argument, NULL,
                                            OPTION_SETTINGS + (int)i};
    memcpy(list + count, own_options, sizeof own_options);
    list[count + OWN_OPTIONS] = (struct option){NULL, 0, NULL, 0};
}

static const struct setting *setting_of_option(int option)
{
    for (size_t i = 0; i < settings_count; i++)
        if (option == OPTION_SETTINGS + (int)i || (option == 'i' && option == settings[i].letter))
            return &settings[i];
    return NULL;
}

static struct error *take_operations(struct stat_options *options, const char *text)
{
    char *end;
    options->operations = strtod(text, &end);
    if (end == text || *end || !isfinite(options->operations) || options->operations <= 0)
        return error_create("--ops: '%s' is not a number above 0; try 1000", text);
    return NULL;
}

static struct error *take_regex(struct stat_options *options, const char *text)
{
    pattern_destroy(options->operations_from);
    options->operations_from = NULL;
    options->operations_regex = text;
    struct error *error = pattern_create_capturing(text, &options->operations_from);
    if (!error)
        return NULL;
    struct error *named = error_create("--ops-from: '%s' is not a regular expression: %s; try "
                                       "'([0-9]+) requests'",
                                       text, error_message(error));
    error_destroy(error);
    return named;
}

static struct error *take_name(const char **name, const char *option, const char *text)
{
    *name = text;
    return *text ? NULL : error_create("--%s: the name is empty", option);
}

static struct error *take(void *context, int option, const char *value)
{
    struct stat_options *options = context;
    const struct setting *setting = setting_of_option(option);
    if (setting)
        return settings_set(setting, value);
    switch (option) {
    case 'n':
        return options_number("runs", value, 1, RUNS_MAX, "5", &options->runs);
    case 'P':
        options->plain_runs = AS_RUNS;
        return value ? options_number("plain", value, 0, RUNS_MAX, "5", &options->plain_runs)
                     : NULL;
    case 'w':
        return options_number("warmup", value, 0, RUNS_MAX, "1", &options->warmup);
    case 'N':
        return take_operations(options, value);
    case 'R':
        return take_regex(options, value);
    case 'o':
        return take_name(&options->directory, "output", value);
    case 'C':
        return take_name(&options->compare, "compare", value);
    case 'S':
        return take_name(&options->show, "show", value);
    case 'G':
        return take_name(&options->program, "program", value);
    case 'J':
        options->is_json = true;
        break;
    case 'D':
        options->is_output_discarded = true;
        break;
    }
    return NULL;
}

int stat_options_parse(struct stat_options *options, int argc, char **argv)
{
    struct option list[OPTIONS_MAX];
    *options =
        (struct stat_options){.runs = RUNS_DEFAULT, .plain_runs = AS_RUNS, .operations = NAN};
    list_options(list);
    setenv("MEMPROF_INTERVAL", "1", 1); /* whatever the environment says of other commands */
    const struct options shared = {STAT_COMMAND, help_text, "+n:o:i:", list, take, options};
    int status = options_parse(&shared, argc, argv);
    if (status >= 0)
        return status;
    if (options->plain_runs == AS_RUNS)
        options->plain_runs = options->runs;
    if (options->show && optind < argc)
        return cli_misuse(STAT_COMMAND, "--show runs nothing, and there is a program");
    if (!options->show && optind == argc)
        return cli_misuse(STAT_COMMAND, "no program given");
    if (!isnan(options->operations) && options->operations_regex)
        return cli_misuse(STAT_COMMAND, "--ops and --ops-from exclude each other");
    options->argv = options->show ? NULL : argv + optind;
    return -1;
}

void stat_options_deinit(struct stat_options *options)
{
    pattern_destroy(options->operations_from);
}
