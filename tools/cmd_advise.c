/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof advise: which allocations need not be, and what to write instead.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/profile/pattern.h"
#include "tools/advise/reading.h"
#include "tools/advise/text.h"
#include "tools/argument.h"
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/open.h"
#include "tools/options.h"

#define COMMAND       "advise"
#define ADVICES_SHOWN 10

static const char help_text[] =
    "Usage: memprof advise [OPTION]... [EARLIER]... FILE|STATE|PID|NAME\n"
    "Says which allocations of a program need not be, what to write instead, and how many\n"
    "calls and bytes that saves.  FILE is a profile that was recorded with\n"
    "'memprof run --advise'; beside it lies the file that says how blocks lived.  EARLIER is\n"
    "an earlier profile of the same process, as 'memprof run --every' and 'memprof dump' write\n"
    "them: with one or more it says what becomes ever more, and may leak.\n"
    "\n"
    "      --json         for programs, and all of it; docs/advice.md has the schema\n"
    "  -n, --count=N      the N that save most (10; with --json all)\n"
    "      --kind=KIND    one kind alone: reserve, stack, arena, leak, kept, pool,\n"
    "                     no-pool or crossed\n"
    "      --site=REGEX   only where the function, or FILE:LINE, of the allocation matches,\n"
    "                     however few these are\n"
    "  -h, --help         show this help\n"
    "  -V, --version      show the version\n"
    "\n"
    "reserve: ask for the final size at once.  stack: a local object, or a buffer that is\n"
    "kept.  arena: give all back at once.  pool: keep free ones.  no-pool: why that would\n"
    "not help.  kept: they are not freed.  leak: they become ever more.  crossed: another\n"
    "thread frees them.\n"
    "What a run shows is no proof that a change is right; docs/advice.md says what to look at.\n"
    "\n"
    "Examples:\n"
    "  memprof run --advise -o app.pb.gz -- ./app\n"
    "  memprof advise app.pb.gz\n"
    "  memprof advise --kind=stack --site='^parse_' app.pb.gz\n"
    "  memprof advise --json app.pb.gz\n"
    "  memprof advise app.*.snapshot.pb.gz app.pb.gz\n"
    "\n"
    "Exit status: 0 done, 2 could not.\n";

struct advise {
    bool is_json;
    uint64_t count; /* 0: not given */
    size_t kind;    /* ADVICE_NONE: all */
    struct pattern *site;
};

static struct error *take(void *context, int option, const char *value)
{
    struct advise *advise = context;
    switch (option) {
    case 'j':
        advise->is_json = true;
        break;
    case 'n':
        return options_number("count", value, 1, UINT32_MAX - 1, "10", &advise->count);
    case 'k': {
        struct error *error =
            options_choose("kind", value, advice_kind_names + 1, ADVICE_KINDS - 1, &advise->kind);
        advise->kind++;
        return error;
    }
    case 's':
        return options_pattern("site", value, &advise->site);
    }
    return NULL;
}

/* Whether the expression matches the place's function, or its file and line. */
static bool is_at(const struct pattern *site, const struct advise_place *place)
{
    char *text;
    if (pattern_matches(site, place->function))
        return true;
    if (asprintf(&text, "%s:%d", place->file, (int)place->line) < 0)
        return false;
    bool matches = pattern_matches(site, text);
    free(text);
    return matches;
}

static bool is_wanted(const struct advise *advise, const struct advice *advice)
{
    return (advise->kind == ADVICE_NONE || advise->kind == advice->kind) &&
           (!advise->site || is_at(advise->site, &advice->site->place));
}

static bool print(const struct advise *advise, const char *name, const struct advise_sites *sites,
                  const struct advice_list *list)
{
    uint32_t *shown = calloc((size_t)list->count + 1, sizeof(*shown));
    struct advise_view view = {.name = name, .sites = sites, .list = list, .shown = shown};
    uint64_t most = advise->count ? advise->count : advise->is_json ? list->count : ADVICES_SHOWN;
    if (!shown)
        return false;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!is_wanted(advise, &list->items[i]))
            continue;
        if (list->items[i].is_small && !advise->is_json && !advise->site) {
            view.small++;
            continue;
        }
        if (view.matching++ < most)
            shown[view.count++] = i;
    }
    (advise->is_json ? advise_print_json : advise_print_text)(&view);
    free(shown);
    return true;
}

/* The last argument is what the advice is about. */
static struct error *read_all(struct lifetimes *lifetimes, const struct argument *arguments,
                              int count)
{
    const struct argument *last = &arguments[count - 1];
    struct error *error = advise_read(lifetimes, last);
    for (int i = 0; i < count - 1 && !error; i++)
        error = advise_look(lifetimes, &arguments[i], last);
    return error;
}

static struct error *give(const struct advise *advise, const struct argument *arguments, int count)
{
    struct lifetimes lifetimes;
    struct advise_sites sites = {0};
    struct advice_list list = {0};
    struct error *error = read_all(&lifetimes, arguments, count);
    if (!error && (!advise_sites_init(&sites, &lifetimes) || !advice_list_init(&list, &sites) ||
                   !print(advise, arguments[count - 1].text, &sites, &list)))
        error = error_no_memory();
    advice_list_deinit(&list);
    advise_sites_deinit(&sites);
    lifetimes_deinit(&lifetimes);
    return error;
}

static int run(const struct advise *advise, char *const *names, int count)
{
    struct argument *arguments = calloc((size_t)count, sizeof(*arguments));
    int status = arguments ? -1 : cli_fail(COMMAND, error_no_memory());
    for (int i = 0; i < count && status < 0; i++)
        status = argument_resolve(COMMAND, names[i], &arguments[i]);
    if (status < 0) {
        struct error *error = give(advise, arguments, count);
        status = cli_finish(COMMAND, error ? cli_fail(COMMAND, error) : CLI_DONE);
    }
    for (int i = 0; arguments && i < count; i++)
        free(arguments[i].state);
    free(arguments);
    return status;
}

int cmd_advise(int argc, char **argv)
{
    static const struct option list[] = {{"json", no_argument, NULL, 'j'},
                                         {"count", required_argument, NULL, 'n'},
                                         {"kind", required_argument, NULL, 'k'},
                                         {"site", required_argument, NULL, 's'},
                                         {NULL, 0, NULL, 0}};
    struct advise advise = {0};
    const struct options options = {COMMAND, help_text, "n:", list, take, &advise};
    open_limit(COMMAND);
    int status = options_parse(&options, argc, argv);
    if (status < 0 && optind == argc)
        status = cli_misuse(COMMAND, "no profile, state or process given");
    if (status < 0)
        status = run(&advise, argv + optind, argc - optind);
    pattern_destroy(advise.site);
    return status;
}
