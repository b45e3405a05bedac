/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the options of `memprof top` and compiles its expressions.
 */
#include "tools/top/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/quantity.h"

#define FRAMES_DEFAULT 40  /* what a screen takes, with a stack's head */
#define OPTION_PATTERN 256 /* getopt values of expressions: this + index */

static const char help_text[] =
    "Usage: memprof top [OPTION]... FILE|DIRECTORY...\n"
    "Prints where a profile's memory was allocated: a table of functions, or another view\n"
    "of it.  FILE is a profile in pprof's format, - is standard input; of a DIRECTORY all\n"
    "profiles are read.  Several are added up.\n"
    "\n"
    "Views (without one of these: the table of functions):\n"
    "      --stacks[=N]     the N largest whole stacks (5), with files and lines\n"
    "      --callers=REGEX  who calls the functions that match, and whom they call\n"
    "      --list=REGEX     their source, with the values beside its lines\n"
    "\n"
    "What is counted:\n"
    "  -s, --sample=TYPE    inuse_space, inuse_objects, alloc_space or alloc_objects\n"
    "                       (the profile's default: inuse_space)\n"
    "      --by=WHAT        a row for each function (the default), line, file, module or\n"
    "                       address\n"
    "      --focus=REGEX    only samples with a frame that matches\n"
    "      --ignore=REGEX   no samples with a frame that matches\n"
    "      --hide=REGEX     leave the frames that match out of the stacks\n"
    "      --show=REGEX     leave all other frames out\n"
    "      --wrappers=HOW   functions that only pass an allocation on (xmalloc):\n"
    "                       hide (the default), listed (hide only those that the profile\n"
    "                       names, as 'go tool pprof' does), show\n"
    "\n"
    "How it is printed:\n"
    "  -n, --count=N        the N largest rows (all that hold 0.5 % or more)\n"
    "  -c, --cum            largest cum first, instead of largest flat\n"
    "      --per-file       each file by itself\n"
    "      --frames=N       frames of a stack with --stacks (40; 0: all)\n"
    "      --source-path=DIRECTORY[:DIRECTORY]...\n"
    "                       where --list looks for sources (the current directory)\n"
    "      --no-header      only the rows\n"
    "  -h, --help           show this help\n"
    "  -V, --version        show the version\n"
    "\n"
    "flat: what the function itself allocated; cum: with all that it called.\n"
    "REGEX matches a part of a function's name, source file or module.\n"
    "\n"
    "Examples:\n"
    "  memprof top memprof.app.1234.pb.gz\n"
    "  memprof top --stacks=3 -s alloc_space memprof.app.1234.pb.gz\n"
    "  memprof top --callers='^parse_' memprof.app.1234.pb.gz\n"
    "  memprof top --by=module profiles/       all profiles of a directory together\n"
    "\n"
    "Exit status: 0 done, 1 no function matches REGEX, 2 could not.\n";

static const struct {
    const char *name;
    enum profile_granularity granularity;
} granularities[] = {
    {"function", PROFILE_BY_FUNCTION}, {"line", PROFILE_BY_LINE},       {"file", PROFILE_BY_FILE},
    {"module", PROFILE_BY_MODULE},     {"address", PROFILE_BY_ADDRESS},
};

static const struct {
    const char *name;
    enum top_wrappers wrappers;
} wrapper_ways[] = {
    {"hide", TOP_WRAPPERS_HIDE},
    {"listed", TOP_WRAPPERS_LISTED},
    {"show", TOP_WRAPPERS_SHOW},
};

static int set_granularity(struct top_options *options, const char *text)
{
    for (size_t i = 0; i < sizeof granularities / sizeof *granularities; i++)
        if (strcmp(granularities[i].name, text) == 0) {
            options->granularity = granularities[i].granularity;
            return -1;
        }
    cli_complain(TOP_COMMAND, "--by: '%s' is unknown; try function, line, file, module or address",
                 text);
    return CLI_CANNOT;
}

static int set_wrappers(struct top_options *options, const char *text)
{
    for (size_t i = 0; i < sizeof wrapper_ways / sizeof *wrapper_ways; i++)
        if (strcmp(wrapper_ways[i].name, text) == 0) {
            options->wrappers = wrapper_ways[i].wrappers;
            return -1;
        }
    cli_complain(TOP_COMMAND, "--wrappers: '%s' is unknown; try hide, listed or show", text);
    return CLI_CANNOT;
}

static int set_number(const char *option, const char *text, uint64_t least, uint64_t *number)
{
    if (quantity_parse_number(text, number) && *number >= least && *number < UINT32_MAX)
        return -1;
    cli_complain(TOP_COMMAND, "--%s: '%s' is not a number of that kind; try 10", option, text);
    return CLI_CANNOT;
}

static int set_pattern(struct top_options *options, size_t index, const char *text)
{
    struct top_pattern *pattern = &options->patterns[index];
    pattern->text = text;
    pattern_destroy(pattern->compiled);
    pattern->compiled = NULL;
    if (!*text && index != TOP_SUBJECT) { /* the same as without the option */
        pattern->text = NULL;
        return -1;
    }
    struct error *error = pattern_create(text, &pattern->compiled);
    if (!error)
        return -1;
    cli_complain(TOP_COMMAND,
                 "--%s: '%s' is not a regular expression: %s; put a \\ before a character that "
                 "stands for itself",
                 pattern->name, text, error_message(error));
    error_destroy(error);
    return CLI_CANNOT;
}

/* Only one view can be printed. */
static int set_view(struct top_options *options, enum top_view view, const char *name)
{
    if (options->view != TOP_TABLE && options->view != view) {
        cli_complain(TOP_COMMAND, "--%s: --stacks, --callers and --list exclude each other", name);
        return CLI_CANNOT;
    }
    options->view = view;
    return -1;
}

static int set_subject(struct top_options *options, enum top_view view, const char *name)
{
    int status = set_view(options, view, name);
    options->patterns[TOP_SUBJECT].name = name;
    return status >= 0 ? status : set_pattern(options, TOP_SUBJECT, optarg);
}

static const struct option long_options[] = {
    {"count", required_argument, NULL, 'n'},
    {"sample", required_argument, NULL, 's'},
    {"cum", no_argument, NULL, 'c'},
    {"stacks", optional_argument, NULL, 'S'},
    {"callers", required_argument, NULL, 'C'},
    {"list", required_argument, NULL, 'L'},
    {"by", required_argument, NULL, 'B'},
    {"focus", required_argument, NULL, OPTION_PATTERN + TOP_FOCUS},
    {"ignore", required_argument, NULL, OPTION_PATTERN + TOP_IGNORE},
    {"hide", required_argument, NULL, OPTION_PATTERN + TOP_HIDE},
    {"show", required_argument, NULL, OPTION_PATTERN + TOP_SHOW},
    {"wrappers", required_argument, NULL, 'W'},
    {"per-file", no_argument, NULL, 'P'},
    {"frames", required_argument, NULL, 'F'},
    {"source-path", required_argument, NULL, 'p'},
    {"no-header", no_argument, NULL, 'H'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

/* -1: go on; else the exit status. */
static int take(struct top_options *options, int option, char **argv)
{
    int status;
    if (option >= OPTION_PATTERN)
        return set_pattern(options, (size_t)option - OPTION_PATTERN, optarg);
    switch (option) {
    case 'n':
        return set_number("count", optarg, 1, &options->limit);
    case 's':
        options->type = optarg;
        return -1;
    case 'c':
        options->by_cumulative = true;
        return -1;
    case 'S':
        status = set_view(options, TOP_STACKS, "stacks");
        return status >= 0 || !optarg ? status : set_number("stacks", optarg, 1, &options->limit);
    case 'C':
        return set_subject(options, TOP_CALLERS, "callers");
    case 'L':
        return set_subject(options, TOP_LISTING, "list");
    case 'B':
        return set_granularity(options, optarg);
    case 'W':
        return set_wrappers(options, optarg);
    case 'P':
        options->is_per_file = true;
        return -1;
    case 'F':
        return set_number("frames", optarg, 0, &options->frames);
    case 'p':
        options->source_path = optarg;
        return -1;
    case 'H':
        options->has_header = false;
        return -1;
    case 'h':
        return cli_help(TOP_COMMAND, help_text);
    case 'V':
        return cli_version(TOP_COMMAND);
    default:
        return cli_bad_option(TOP_COMMAND, argv, option);
    }
}

int top_options_parse(struct top_options *options, int argc, char **argv)
{
    *options = (struct top_options){
        .has_header = true,
        .frames = FRAMES_DEFAULT,
        .patterns = {{.name = "focus"}, {.name = "ignore"}, {.name = "hide"}, {.name = "show"}},
    };
    int option;
    while ((option = getopt_long(argc, argv, ":n:s:chV", long_options, NULL)) != -1) {
        int status = take(options, option, argv);
        if (status >= 0)
            return status;
    }
    if (optind == argc)
        return cli_misuse(TOP_COMMAND, "no profile file given");
    return -1;
}

void top_options_deinit(struct top_options *options)
{
    for (size_t i = 0; i < TOP_PATTERNS; i++)
        pattern_destroy(options->patterns[i].compiled);
}
