/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the options of `memprof top` and compiles its expressions.
 */
#include "tools/top/options.h"

#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/frames.h"
#include "tools/options.h"

#define OPTION_PATTERN 256 /* getopt values of expressions: this + index */

static const char help_text[] =
    "Usage: memprof top [OPTION]... FILE|DIRECTORY|PID|NAME...\n"
    "Prints where a profile's memory was allocated: a table of functions, or another view\n"
    "of it.  FILE is a profile in pprof's format, - is standard input; of a DIRECTORY all\n"
    "profiles are read.  PID or NAME is a running process, which is not disturbed: what it\n"
    "has now is shown.  Several are added up.  On a terminal, a process without options is\n"
    "watched in full screen; ? shows its keys.\n"
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
    "  memprof top redis-server                what a running process holds now\n"
    "\n"
    "Exit status: 0 done, 1 no function matches REGEX, 2 could not.\n";

static const char *const granularity_names[] = {
    [PROFILE_BY_FUNCTION] = "function", [PROFILE_BY_LINE] = "line",
    [PROFILE_BY_FILE] = "file",         [PROFILE_BY_MODULE] = "module",
    [PROFILE_BY_ADDRESS] = "address",
};

static const char *const wrappers_names[] = {
    [TOP_WRAPPERS_HIDE] = "hide",
    [TOP_WRAPPERS_LISTED] = "listed",
    [TOP_WRAPPERS_SHOW] = "show",
};

#define LENGTH(names) (sizeof(names) / sizeof *(names))

static struct error *take_granularity(struct top_options *options, const char *text)
{
    size_t index = 0;
    struct error *error =
        options_choose("by", text, granularity_names, LENGTH(granularity_names), &index);
    options->granularity = (enum profile_granularity)index;
    return error;
}

static struct error *take_wrappers(struct top_options *options, const char *text)
{
    size_t index = 0;
    struct error *error =
        options_choose("wrappers", text, wrappers_names, LENGTH(wrappers_names), &index);
    options->wrappers = (enum top_wrappers)index;
    return error;
}

static struct error *take_pattern(struct top_options *options, size_t index, const char *text)
{
    struct top_pattern *pattern = &options->patterns[index];
    pattern->text = text;
    if (*text || index == TOP_SUBJECT)
        return options_pattern(pattern->name, text, &pattern->compiled);
    pattern_destroy(pattern->compiled); /* the same as without the option */
    pattern->compiled = NULL;
    pattern->text = NULL;
    return NULL;
}

/* Only one view can be printed. */
static struct error *take_view(struct top_options *options, enum top_view view, const char *name)
{
    if (options->view != TOP_TABLE && options->view != view)
        return error_create("--%s: --stacks, --callers and --list exclude each other", name);
    options->view = view;
    return NULL;
}

static struct error *take_subject(struct top_options *options, enum top_view view, const char *name,
                                  const char *text)
{
    struct error *error = take_view(options, view, name);
    options->patterns[TOP_SUBJECT].name = name;
    return error ? error : take_pattern(options, TOP_SUBJECT, text);
}

static const struct option option_list[] = {
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
    {NULL, 0, NULL, 0},
};

static struct error *take(void *context, int option, const char *value)
{
    struct top_options *options = context;
    struct error *error;
    if (option >= OPTION_PATTERN)
        return take_pattern(options, (size_t)option - OPTION_PATTERN, value);
    switch (option) {
    case 'n':
        return options_number("count", value, 1, UINT32_MAX - 1, "10", &options->limit);
    case 's':
        options->type = value;
        break;
    case 'c':
        options->by_cumulative = true;
        break;
    case 'S':
        error = take_view(options, TOP_STACKS, "stacks");
        if (!error && value)
            error = options_number("stacks", value, 1, UINT32_MAX - 1, "10", &options->limit);
        return error;
    case 'C':
        return take_subject(options, TOP_CALLERS, "callers", value);
    case 'L':
        return take_subject(options, TOP_LISTING, "list", value);
    case 'B':
        return take_granularity(options, value);
    case 'W':
        return take_wrappers(options, value);
    case 'P':
        options->is_per_file = true;
        break;
    case 'F':
        return options_number("frames", value, 0, UINT32_MAX - 1, "10", &options->frames);
    case 'p':
        options->source_path = value;
        break;
    case 'H':
        options->has_header = false;
        break;
    }
    return NULL;
}

int top_options_parse(struct top_options *options, int argc, char **argv)
{
    *options = (struct top_options){
        .has_header = true,
        .frames = FRAMES_DEFAULT,
        .patterns = {{.name = "focus"}, {.name = "ignore"}, {.name = "hide"}, {.name = "show"}},
    };
    const struct options shared = {TOP_COMMAND, help_text, "n:s:c", option_list, take, options};
    int status = options_parse(&shared, argc, argv);
    return status < 0 && optind == argc ? cli_misuse(TOP_COMMAND, "no profile and no process given")
                                        : status;
}

void top_options_deinit(struct top_options *options)
{
    for (size_t i = 0; i < TOP_PATTERNS; i++)
        pattern_destroy(options->patterns[i].compiled);
}
