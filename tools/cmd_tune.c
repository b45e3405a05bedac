/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof tune: which settings of the allocator a program would do better with.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "tools/cli.h"
#include "tools/command.h"
#include "tools/launch.h"
#include "tools/library.h"
#include "tools/options.h"
#include "tools/program.h"
#include "tools/tune/print.h"
#include "tools/tune/runs.h"
#include "tools/tune/settings.h"
#include "tools/tune/verdict.h"

#define COMMAND "tune"
#define RUNS    5

static const char help_text[] =
    "Usage: memprof tune [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
    "Runs a program with settings of glibc's malloc and with other allocators that are\n"
    "installed, by turns, and says what is resident at the most, processor time and faults of\n"
    "each, which differences are more than chance, and which environment to use.  What the\n"
    "program prints is thrown away, and it reads nothing.\n"
    "\n"
    "  -n, --runs=N         so many runs of each setting, after one to warm up (5)\n"
    "      --plain          do not record the program: the runs cost nothing more, and whether it\n"
    "                       is worth tuning is not said\n"
    "      --settings=FILE  these settings instead: lines of NAME VARIABLE=VALUE...\n"
    "  -h, --help           show this help\n"
    "  -V, --version        show the version\n"
    "\n"
    "Examples:\n"
    "  memprof tune -- ./app --its-option\n"
    "  memprof tune --runs=10 --plain -- ./app\n"
    "  echo 'few-arenas GLIBC_TUNABLES=glibc.malloc.arena_max=2' >mine\n"
    "  memprof tune --settings=mine -- ./app\n"
    "\n"
    "Exit status: 0 done, 2 could not: the program fails, or a signal came.\n";

struct wanted {
    bool is_plain;
    uint64_t runs;
    const char *file;
};

static struct error *take(void *context, int option, const char *value)
{
    struct wanted *wanted = context;
    switch (option) {
    case 'n':
        return options_number("runs", value, 3, 1000, "5", &wanted->runs);
    case 'p':
        wanted->is_plain = true;
        break;
    case 's':
        wanted->file = value;
        break;
    }
    return NULL;
}

/* The program is there, and can be recorded if it is to be. */
static struct error *find(const struct wanted *wanted, const char *name, char **path,
                          char **library)
{
    struct error *error = program_find(name, path);
    if (!error)
        error = program_check(*path); /* what cannot be preloaded into has no other allocator */
    if (!error && !wanted->is_plain)
        error = library_find(library);
    return error;
}

static struct error *tune(const struct wanted *wanted, char **argv)
{
    char *path = NULL, *library = NULL;
    struct tune_settings settings = {0};
    struct tune_runs runs = {0};
    struct error *error = find(wanted, argv[0], &path, &library);
    if (!error)
        error = tune_settings_init(&settings, wanted->file);
    const struct tune_options options = {
        .argv = argv, .path = path, .library = library, .runs = (size_t)wanted->runs};
    if (!error)
        error = tune_runs_make(&runs, &settings, &options);
    if (!error) {
        struct tune_verdict verdict;
        if (!tune_verdict_init(&verdict, &settings, &runs) ||
            !tune_print(&settings, &options, &runs, &verdict))
            error = error_no_memory();
        tune_verdict_deinit(&verdict);
    }
    tune_runs_deinit(&runs);
    tune_settings_deinit(&settings);
    free(library);
    free(path);
    return error;
}

int cmd_tune(int argc, char **argv)
{
    static const struct option list[] = {{"runs", required_argument, NULL, 'n'},
                                         {"plain", no_argument, NULL, 'p'},
                                         {"settings", required_argument, NULL, 's'},
                                         {NULL, 0, NULL, 0}};
    struct wanted wanted = {.runs = RUNS};
    const struct options options = {COMMAND, help_text, "+n:", list, take, &wanted};
    int status = options_parse(&options, argc, argv);
    if (status < 0 && optind == argc)
        status = cli_misuse(COMMAND, "no program given");
    if (status >= 0)
        return status;
    struct error *error = tune(&wanted, argv + optind);
    return cli_finish(COMMAND, error ? cli_fail(COMMAND, error) : CLI_DONE);
}
