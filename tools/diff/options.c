/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the options of `memprof diff`.
 */
#include "tools/diff/options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/options.h"
#include "tools/quantity.h"

#define ROWS_DEFAULT 20
#define LEAST_SHARE  0.001
#define LEAST_BYTES  1024
#define RUNS_DEFAULT 5 /* a side, of a self-test */
#define RUNS_LEAST   3
#define RUNS_MOST    100

static const char help_text[] =
    "Usage: memprof diff [OPTION]... BASE NEW\n"
    "       memprof diff [OPTION]... BASE... -- NEW...\n"
    "       memprof diff --self-test [OPTION]... -- PROGRAM [ARGUMENT]...\n"
    "Says whether a program allocates more than before, where, by how much, and how sure that\n"
    "is.  BASE and NEW are profiles in pprof's format with Go's four values, or directories of\n"
    "such: each file is one run of that side.\n"
    "\n"
    "What is compared:\n"
    "  -s, --sample=TYPE      the value of the rows: alloc_space, alloc_objects, inuse_space or\n"
    "                         inuse_objects (without it: alloc_space, or inuse_space where more\n"
    "                         of that changed)\n"
    "      --own=REGEX        modules of own code (those below the program's directory)\n"
    "      --fold-templates   count all instances of a template as one function\n"
    "      --allow-program    compare profiles of different programs\n"
    "\n"
    "Gates:\n"
    "      --fail-on=GATE     end with status 1 when a value grew by more than GATE says; may\n"
    "                         be given several times:\n"
    "                           alloc_objects:+2%              in total, by more than 2 %\n"
    "                           inuse_space:+1MiB              by more than a size\n"
    "                           peak:+5%                       the most that was in use\n"
    "                           allocs/op:+0, B/op:+16         of an operation (memprof stat)\n"
    "                           @^parse_:alloc_objects:+0      in functions that match\n"
    "                           module/libfoo:alloc_space:+5%  in modules that match\n"
    "                           own:alloc_space:+1%            in own code; rest: in other code\n"
    "                           new-site:alloc_space:64KiB     at any call site that is new\n"
    "      --ratchet=FILE     hold the gates to the best values in FILE, too\n"
    "      --ratchet-update   note the values of NEW there that are better\n"
    "      --commit=NAME      what is noted with them (that of the job or the checkout)\n"
    "      --unsure=HOW       a gate whose limit is inside of the interval: say (status 2, the\n"
    "                         default), fail, hold\n"
    "      --one-run          judge with fewer than three runs a side\n"
    "\n"
    "Whether the gates work, for a program on this computer:\n"
    "      --self-test        run the program behind --, and compare it with itself and with\n"
    "                         one allocation more per 1000 calls at one call site\n"
    "      --runs=N           runs a side (5)\n"
    "  -i, --interval=BYTES   mean bytes between samples (1)\n"
    "\n"
    "How it is printed:\n"
    "      --format=FORMAT    on standard output: text (the default), markdown, json, csv,\n"
    "                         junit, github (annotations) or sarif\n"
    "      --output=FORMAT=FILE  the same report in a file, too; may be given several times\n"
    "      --repository=DIR   the sources' checkout, for paths (the one around this directory)\n"
    "      --link=TEMPLATE    address of a source line, with %f for its path, %l for its number\n"
    "  -o, --delta=FILE       the difference as a profile: the mean of NEW's runs less BASE's\n"
    "  -n, --count=N          the N largest changes (20)\n"
    "      --min-size=SIZE    compare rows of this size or share of the total and more (rows of\n"
    "                         0.1% or 1K)\n"
    "  -h, --help             show this help\n"
    "  -V, --version          show the version\n"
    "\n"
    "Examples:\n"
    "  memprof diff before.pb.gz after.pb.gz\n"
    "  memprof diff base/ -- new/                       runs of two builds\n"
    "  memprof diff --fail-on=alloc_objects:+2% base/ -- new/\n"
    "  memprof diff --format=github --output=markdown=report.md base/ -- new/\n"
    "\n"
    "Exit status: 0 done, and all gates hold; 1 a gate failed; 2 could not, or a gate cannot\n"
    "be judged.\n";

static const char *const unsure_names[] = {
    [DIFF_UNSURE_SAY] = "say",
    [DIFF_UNSURE_FAIL] = "fail",
    [DIFF_UNSURE_HOLD] = "hold",
};

static const struct option option_list[] = {
    {"sample", required_argument, NULL, 's'},
    {"own", required_argument, NULL, 'O'},
    {"fold-templates", no_argument, NULL, 'T'},
    {"allow-program", no_argument, NULL, 'A'},
    {"fail-on", required_argument, NULL, 'F'},
    {"unsure", required_argument, NULL, 'U'},
    {"one-run", no_argument, NULL, '1'},
    {"format", required_argument, NULL, 'f'},
    {"count", required_argument, NULL, 'n'},
    {"output", required_argument, NULL, 'W'},
    {"repository", required_argument, NULL, 'R'},
    {"ratchet", required_argument, NULL, 'G'},
    {"ratchet-update", no_argument, NULL, 'B'},
    {"commit", required_argument, NULL, 'C'},
    {"min-size", required_argument, NULL, 'M'},
    {"link", required_argument, NULL, 'L'},
    {"delta", required_argument, NULL, 'o'},
    {"self-test", no_argument, NULL, 'E'},
    {"runs", required_argument, NULL, 'r'},
    {"interval", required_argument, NULL, 'i'},
    {NULL, 0, NULL, 0},
};

static struct error *take_gate(struct diff_options *options, const char *text)
{
    const char **moved = realloc((void *)options->gates, (options->gate_count + 1) * sizeof *moved);
    if (!moved)
        return error_no_memory();
    moved[options->gate_count++] = text;
    options->gates = moved;
    return NULL;
}

/* A share or a size: it alone counts then. */
static struct error *take_least(struct diff_options *options, const char *text)
{
    char *end;
    uint64_t bytes;
    double share = strtod(text, &end) / 100;
    options->least_share = options->least_bytes = INFINITY;
    if (end > text && strcmp(end, "%") == 0 && share >= 0 && isfinite(share))
        options->least_share = share;
    else if (quantity_parse_bytes(text, &bytes))
        options->least_bytes = (double)bytes;
    else
        return error_create("--min-size: '%s' is neither a size nor a percentage; try 1K or 0.1%%",
                            text);
    return NULL;
}

static struct error *take(void *context, int option, const char *value)
{
    struct diff_options *options = context;
    struct error *error;
    size_t index = 0;
    switch (option) {
    case 's':
        options->type = value;
        break;
    case 'O':
        return options_pattern("own", value, &options->own);
    case 'T':
        options->fold_templates = true;
        break;
    case 'A':
        options->allow_program = true;
        break;
    case 'F':
        return take_gate(options, value);
    case 'U':
        error = options_choose("unsure", value, unsure_names, 3, &index);
        options->unsure = (enum diff_unsure)index;
        return error;
    case '1':
        options->one_run = true;
        break;
    case 'f':
        options->outputs.format = format_find(value, strlen(value));
        if (!options->outputs.format)
            return error_create("--format: '%s' is unknown; try %s", value, format_names());
        break;
    case 'W':
        return outputs_add(&options->outputs, value);
    case 'R':
        options->repository = value;
        break;
    case 'G':
        options->ratchet = value;
        break;
    case 'B':
        options->ratchet_update = true;
        break;
    case 'C':
        options->commit = value;
        break;
    case 'M':
        return take_least(options, value);
    case 'L':
        options->link = value;
        break;
    case 'o':
        if (!*value)
            return error_create("--delta: the name is empty; try delta.pb.gz");
        options->outputs.delta = value;
        break;
    case 'E':
        options->self_test = true;
        break;
    case 'r':
        return options_number("runs", value, RUNS_LEAST, RUNS_MOST, "5", &options->runs);
    case 'i':
        if (!quantity_parse_bytes(value, &options->interval) || options->interval == 0)
            return error_create("--interval: '%s' is not a size; try 1 or 512K", value);
        break;
    case 'n':
        return options_number("count", value, 1, UINT32_MAX - 1, "20", &options->limit);
    }
    return NULL;
}

/* What stood before "--" is in `base`, the program behind it in `changed`. */
static int check_self_test(struct diff_options *options)
{
    if (options->base_count || !options->changed_count)
        return cli_misuse(DIFF_COMMAND, "--self-test takes a program behind --");
    if (options->ratchet)
        return cli_misuse(DIFF_COMMAND, "--self-test takes no --ratchet");
    options->program = options->changed;
    options->changed = NULL;
    options->changed_count = 0;
    return -1;
}

/* getopt takes "--" out and moves what stands before it: so the sides are told apart first. */
int diff_options_parse(struct diff_options *options, int argc, char **argv)
{
    *options = (struct diff_options){.limit = ROWS_DEFAULT,
                                     .least_share = LEAST_SHARE,
                                     .least_bytes = LEAST_BYTES,
                                     .runs = RUNS_DEFAULT,
                                     .interval = 1};
    options->outputs.format = format_find("text", 4);
    int before = 1;
    while (before < argc && strcmp(argv[before], "--") != 0)
        before++;
    const struct options shared = {DIFF_COMMAND, help_text, "s:n:o:i:", option_list, take, options};
    int status = options_parse(&shared, before, argv);
    if (status >= 0)
        return status;
    options->base = argv + optind;
    options->base_count = (size_t)(before - optind);
    if (before < argc) {
        options->changed = argv + before + 1;
        options->changed_count = (size_t)(argc - before - 1);
    }
    if (options->self_test)
        return check_self_test(options);
    if (options->base_count == 0) { /* "-- BASE NEW" */
        options->base = options->changed;
        options->base_count = options->changed_count;
        options->changed_count = 0;
    }
    if (options->changed_count == 0 && options->base_count == 2) {
        options->changed = options->base + 1;
        options->base_count = options->changed_count = 1;
    }
    if (options->base_count == 0 || options->changed_count == 0)
        return cli_misuse(DIFF_COMMAND, "two profiles are needed, or BASE... -- NEW...");
    if (options->ratchet_update && !options->ratchet)
        return cli_misuse(DIFF_COMMAND, "--ratchet-update takes --ratchet");
    if (options->ratchet && !options->gate_count)
        return cli_misuse(DIFF_COMMAND, "--ratchet takes --fail-on, whose limits it holds to");
    return -1;
}

void diff_options_deinit(struct diff_options *options)
{
    pattern_destroy(options->own);
    free((void *)options->gates);
    outputs_deinit(&options->outputs);
}
