/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/budget.h"
#include "collector/base/path.h"
#include "collector/profile/canonical.h"
#include "collector/profile/peak_name.h"
#include "tools/cli.h"
#include "tools/report/page.h"
#include "tools/report/shrink.h"
#include "tools/shell.h"
#include "tools/whole_file.h"

#define MODE 0600 /* as of any profile */

/* ---- the file ---- */

/* NAME.html in the current directory, for NAME.pb.gz anywhere.  NULL: no memory. */
static char *output_name(const struct input *input)
{
    const char *base = path_base(input->path), *end = strstr(base, PROFILE_SUFFIX);
    char *name;
    if (strcmp(base, "-") == 0 || !*base)
        base = "memprof";
    size_t length = end && end > base ? (size_t)(end - base) : strlen(base);
    return asprintf(&name, "%.*s.html", (int)length, base) < 0 ? NULL : name;
}

/* An option is no name, which "./" could stand before. */
static void put_option(FILE *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_=./,:+@%";
    if (text[strspn(text, plain)] == '\0') {
        fputs(text, out);
        return;
    }
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\'", out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

/* As a shell has it. */
static char *command_line(const struct report_options *options)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    fputs("memprof", out);
    for (int i = 0; i < options->argc; i++) {
        fputc(' ', out);
        (options->argv[i][0] == '-' ? put_option : shell_put_quoted)(out, options->argv[i]);
    }
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

static struct error *put(int fd, const char *path, struct report_tree *tree,
                         const struct report_about *about, const char *command)
{
    int own = dup(fd);
    FILE *out = own < 0 ? NULL : fdopen(own, "w");
    if (!out) {
        struct error *error = error_create_errno(errno, "%s", path);
        if (own >= 0)
            close(own);
        return error;
    }
    struct error *error = report_page_put(out, tree, about, command);
    bool has_failed = ferror(out) != 0;
    if ((fclose(out) != 0 || has_failed) && !error)
        error = error_create_errno(errno, "%s", path);
    return error;
}

static struct error *write_page(const struct report_options *options, const char *path,
                                struct report_tree *tree, const struct report_about *about)
{
    struct whole_file file;
    char *command = command_line(options);
    struct error *error = command ? NULL : error_no_memory();
    if (!error && strcmp(path, "-") == 0) {
        error = put(STDOUT_FILENO, "standard output", tree, about, command);
    } else if (!error) {
        error = whole_file_open(&file, path, MODE);
        if (!error)
            error = put(file.fd, path, tree, about, command);
        error = whole_file_close(&file, error);
    }
    free(command);
    return error;
}

/* ---- the tree ---- */

/* The types of the first view in another one; false: it has none of them. */
static bool find_types(const struct profile *first, const struct profile *profile, int *type_of)
{
    bool has_any = false;
    for (uint32_t i = 0; i < first->types.count; i++) {
        type_of[i] = profile_find_type(profile, profile_string(first, first->types.items[i].type));
        has_any = has_any || type_of[i] >= 0;
    }
    return has_any;
}

static struct error *build_tree(struct report_tree *tree, const struct report_views *views)
{
    const struct profile *first = views->items.items[0].profile;
    int *type_of = calloc((size_t)first->types.count + 1, sizeof *type_of);
    bool has_base = views->items.items[views->items.count - 1].kind == VIEW_BASE;
    bool has_memory =
        report_tree_init(tree, views->items.count, first->types.count, has_base) && type_of;
    struct error *error = NULL;
    for (uint32_t i = 0; i < views->items.count && has_memory && !error; i++) {
        const struct report_view *view = &views->items.items[i];
        if (!find_types(first, view->profile, type_of))
            error = error_create("%s: its values are of other types than those of %s; try one of "
                                 "the same kind",
                                 view->name, views->items.items[0].name);
        else
            has_memory = report_tree_add(tree, view->profile, i, type_of, view->kind == VIEW_BASE);
    }
    free(type_of);
    return error || has_memory ? error : budget_error("cannot make the report");
}

/* Whether the base is of a program that is called otherwise. */
static bool is_other_program(const struct report_views *views)
{
    const struct report_view *base = &views->items.items[views->items.count - 1];
    const struct profile *profiles[] = {views->items.items[0].profile, base->profile};
    char names[2][256];
    if (base->kind != VIEW_BASE)
        return false;
    for (int i = 0; i < 2; i++) {
        if (profiles[i]->mappings.count < 2)
            return false;
        snprintf(names[i], sizeof names[i], "%s",
                 path_base(profile_string(profiles[i], profiles[i]->mappings.items[1].file)));
        canonical_module(names[i]);
    }
    return strcmp(names[0], names[1]) != 0;
}

/* ---- all of it ---- */

static void say_done(const char *path, const struct report_about *about)
{
    const struct report_sources *sources = about->sources;
    if (strcmp(path, "-") == 0)
        return;
    cli_put(path, 0);
    printf(": a report of %u view%s", about->views->items.count,
           about->views->items.count == 1 ? "" : "s");
    if (about->folded)
        printf(", %u small nodes folded", about->folded);
    if (sources->shown)
        printf(", with lines of %u source file%s", sources->shown, sources->shown == 1 ? "" : "s");
    putchar('\n');
    if (about->is_other_program)
        cli_complain("report",
                     "the base is a profile of another program; what has the same name in "
                     "both is compared all the same");
}

static struct error *make_page(const struct report_options *options, const struct inputs *inputs,
                               const struct report_views *views, const char *path)
{
    struct report_tree tree = {.views = 0};
    struct report_sources sources = {.shown = 0};
    struct report_advice advice = {.is_known = false};
    struct report_facts facts = {.totals = NULL};
    struct report_about about = {
        .facts = &facts,
        .views = views,
        .sources = &sources,
        .advice = &advice,
        .most_nodes = (uint32_t)options->most_nodes,
        .is_other_program = is_other_program(views),
        .has_sources = !options->sources.is_off,
    };
    struct error *error = build_tree(&tree, views);
    if (!error && (!report_facts_init(&facts, views) ||
                   !report_tree_shrink(&tree, about.most_nodes, &about.folded) ||
                   !report_sources_read(&sources, &tree, &options->sources, facts.built_ns)))
        error = budget_error("cannot make the report");
    if (!error && inputs->count == 1 && facts.is_heap) {
        struct argument argument = inputs->items[0].is_process
                                       ? inputs->items[0].process
                                       : argument_of_file(inputs->items[0].path);
        if (strcmp(argument.text, "-") != 0)
            report_advice_read(&advice, &argument);
    }
    if (!error)
        error = write_page(options, path, &tree, &about);
    if (!error)
        say_done(path, &about);
    report_advice_deinit(&advice);
    report_facts_deinit(&facts);
    report_sources_deinit(&sources);
    report_tree_deinit(&tree);
    return error;
}

struct error *report_make(const struct report_options *options, const struct inputs *inputs,
                          const struct inputs *base)
{
    struct report_views views;
    char *name = options->output ? strdup(options->output) : output_name(&inputs->items[0]);
    struct error *error = name ? report_views_read(&views, inputs, base) : error_no_memory();
    if (!name)
        return error;
    if (!error && views.items.items[0].profile->types.count == 0)
        error = error_create("%s: has no values; try a profile that a program wrote",
                             views.items.items[0].name);
    if (!error)
        error = make_page(options, inputs, &views, name);
    report_views_deinit(&views);
    free(name);
    return error;
}
