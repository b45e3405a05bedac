/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof budget: whether programs allocate more than a file allows.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tools/budget/budget.h"
#include "tools/budget/check.h"
#include "tools/budget/update.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/diff/sides.h"
#include "tools/open.h"
#include "tools/options.h"

#define COMMAND      "budget"
#define FILE_DEFAULT "memprof.budget"

static const char help_text[] =
    "Usage: memprof budget [OPTION]... FILE|DIRECTORY...\n"
    "Compares profiles in pprof's format, or the runs in directories, with the limits in\n"
    "memprof.budget, and ends with status 1 when one is exceeded.  Its lines:\n"
    "\n"
    "  alloc_space regress 64MiB # what a run of a program may allocate\n"
    "  inuse_objects @^cache_ 100 until 2030-01-31 # functions that match, for some time\n"
    "  allocs/op module/libfoo 0.5 # modules that match, an operation of memprof stat\n"
    "  ignore @^legacy_ until 2030-01-31 # what does not count\n"
    "  leak:at_exit_kept\n"
    "\n"
    "Values are alloc_objects, alloc_space, inuse_objects, inuse_space, peak, allocs/op and\n"
    "B/op.  A line without a reason and one whose date has passed are errors.\n"
    "\n"
    "      --budget=FILE   the file with the limits (memprof.budget)\n"
    "      --update        write what is measured into it, and print what changes\n"
    "      --unsure=HOW    a limit that is inside of the interval: say (status 2, the default),\n"
    "                      fail, hold\n"
    "  -h, --help          show this help\n"
    "  -V, --version       show the version\n"
    "\n"
    "Examples:\n"
    "  memprof budget app.pb.gz\n"
    "  memprof budget --budget=ci/memory.budget runs/\n"
    "  memprof budget --update runs/\n"
    "\n"
    "Exit status: 0 all limits hold, 1 one is exceeded, 2 could not, or one cannot be judged.\n";

struct budget_options {
    const char *path;
    bool updates;
    enum diff_unsure unsure;
};

static const char *const unsure_names[] = {"say", "fail", "hold"};

static struct error *take(void *context, int option, const char *value)
{
    struct budget_options *options = context;
    size_t index = 0;
    struct error *error = NULL;
    switch (option) {
    case 'b':
        options->path = value;
        break;
    case 'u':
        options->updates = true;
        break;
    case 'U':
        error = options_choose("unsure", value, unsure_names, 3, &index);
        options->unsure = (enum diff_unsure)index;
        break;
    }
    return error;
}

/* --- printing --- */

/* "3.22kB of 64KiB, exact in 3 runs". */
static void print_level(const struct check_row *row)
{
    const struct level *level = &row->level;
    enum metric metric = row->line->metric;
    char mean[MEASURE_TEXT], low[MEASURE_TEXT], high[MEASURE_TEXT], limit[MEASURE_TEXT];
    printf("%s of %s", metric_text(mean, metric, level->mean),
           metric_text(limit, metric, row->line->limit.number));
    if (level->is_exact)
        fputs(", exact", stdout);
    else
        printf(" [%s, %s]", metric_text(low, metric, level->interval.low),
               metric_text(high, metric, level->interval.high));
    printf(" in %zu run%s", row->runs, row->runs == 1 ? "" : "s");
}

static void print_row(const struct check_row *row, const struct budget *budget, const char *path)
{
    static const char *const verdicts[] = {"holds", "FAILS", "cannot be judged"};
    size_t number = (size_t)(row->line - budget->lines) + 1;
    cli_put(path, 0);
    printf(":%zu: %s ", number, metric_names[row->line->metric]);
    cli_put(row->line->name, 0);
    if (row->program && strcmp(row->line->name, row->program) != 0) {
        fputs(" in ", stdout);
        cli_put(*row->program ? row->program : "a program", 0);
    }
    printf(" %s: ", verdicts[row->verdict]);
    if (row->is_measured)
        print_level(row);
    if (row->why)
        printf("%s%s", row->is_measured ? "; " : "", row->why);
    puts(".");
}

static void print_check(const struct check *check, const struct budget *budget, const char *path)
{
    for (size_t i = 0; i < check->count; i++)
        print_row(&check->rows[i], budget, path);
    for (size_t i = 0; i < budget->count; i++) {
        const struct budget_line *line = &budget->lines[i];
        if ((line->kind != BUDGET_IGNORE && line->kind != BUDGET_LEAK) || check->used[i])
            continue;
        cli_put(path, 0);
        printf(":%zu: nothing is ignored by ", i + 1);
        cli_put(line->name, 0);
        puts(".");
    }
}

/* --- the whole --- */

static int status_of(const struct check *check, const struct budget_options *options)
{
    int status = CLI_DONE;
    for (size_t i = 0; i < check->count; i++) {
        const struct check_row *row = &check->rows[i];
        bool is_unsure = row->verdict == CHECK_CANNOT_JUDGE;
        if (options->updates) {
            status = row->is_measured ? status : CLI_CANNOT;
            continue;
        }
        if (row->verdict == CHECK_FAILS || (is_unsure && options->unsure == DIFF_UNSURE_FAIL))
            return CLI_NO;
        if (is_unsure && (options->unsure == DIFF_UNSURE_SAY || !row->is_measured))
            status = CLI_CANNOT;
    }
    return status;
}

static int compare(const struct budget *budget, const struct sides *sides,
                   const struct budget_options *options)
{
    struct check check;
    struct error *error = check_init(&check, budget, sides);
    int status = error ? CLI_CANNOT : status_of(&check, options);
    if (!error && !options->updates)
        print_check(&check, budget, options->path);
    for (size_t i = 0; !error && options->updates && i < check.count; i++)
        if (!check.rows[i].is_measured)
            print_row(&check.rows[i], budget, options->path);
    if (!error && options->updates)
        error = budget_update(budget, &check, options->path);
    check_deinit(&check);
    return error ? cli_fail(COMMAND, error) : cli_finish(COMMAND, status);
}

static int check_files(const struct budget *budget, const struct budget_options *options,
                       char **files, size_t count)
{
    const struct diff_options read = {
        .type = "alloc_space", .base = files, .base_count = count, .allow_program = true};
    struct sides sides;
    struct error *error = sides_init(&sides, &read);
    int status = error ? cli_fail(COMMAND, error) : compare(budget, &sides, options);
    sides_deinit(&sides);
    return status;
}

static int read_budget(struct budget *budget, const char *path)
{
    struct error *error = budget_read(budget, path);
    if (error)
        return cli_fail(COMMAND, error);
    for (size_t i = 0; i < budget->problem_count; i++)
        cli_complain(COMMAND, "%s", error_message(budget->problems[i]));
    if (budget->problem_count)
        return CLI_CANNOT;
    if (budget->limit_count == 0)
        return cli_fail(COMMAND, error_create("%s: it has no limit, so nothing could exceed one; "
                                              "try 'peak NAME 64MiB # why'",
                                              path));
    return -1;
}

int cmd_budget(int argc, char **argv)
{
    static const struct option list[] = {{"budget", required_argument, NULL, 'b'},
                                         {"update", no_argument, NULL, 'u'},
                                         {"unsure", required_argument, NULL, 'U'},
                                         {NULL, 0, NULL, 0}};
    open_limit(COMMAND);
    struct budget_options budget_options = {.path = FILE_DEFAULT};
    const struct options options = {COMMAND, help_text, "", list, take, &budget_options};
    int status = options_parse(&options, argc, argv);
    if (status < 0 && optind == argc)
        status = cli_misuse(COMMAND, "no profile given");
    if (status >= 0)
        return status;
    struct budget budget;
    status = read_budget(&budget, budget_options.path);
    if (status < 0)
        status = check_files(&budget, &budget_options, argv + optind, (size_t)(argc - optind));
    budget_deinit(&budget);
    return status;
}
