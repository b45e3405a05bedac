/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/diff/options.h"
#include "tools/diff/repository.h"

static struct place place_in(const struct report *report, uint32_t function, int32_t line)
{
    const struct site_function *of = &report->sides->table.functions.items[function];
    const char *file = site_table_text(&report->sides->table, of->file);
    return (struct place){.file = file,
                          .line = line ? line : of->line,
                          .path = repository_find(report->repository, of->file, file),
                          .function = function};
}

void place_of_path(struct place *place, const struct report *report, uint32_t path)
{
    const struct site_table *table = &report->sides->table;
    int32_t line = site_table_line(table, path);
    *place = place_in(report, site_table_function(table, path), line);
    for (; path; path = site_table_parent(table, path)) {
        struct place at = place_in(report, site_table_function(table, path), line);
        if (at.path) {
            *place = at;
            return;
        }
        line = site_table_caller_line(table, path);
    }
}

void place_of_row(struct place *place, const struct report *report, uint32_t row)
{
    const struct compare_row *of = &report->sides->comparison.rows.items[row];
    *place = (struct place){.file = ""};
    if (of->kind == COMPARE_FUNCTION)
        *place = place_in(report, of->id,
                          site_table_line(&report->sides->table, report->site_of_function[of->id]));
    else if (of->kind == COMPARE_SITE)
        place_of_path(place, report, report->sides->table.site_paths.items[of->id]);
}

/* --- links --- */

void place_put_encoded(FILE *out, const char *path)
{
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                   "/._-~",
                   c))
            fputc(c, out);
        else
            fprintf(out, "%%%02X", c);
    }
}

/* "%f" is the path, "%l" the line. */
static void put_template(FILE *out, const char *template, const struct place *place)
{
    for (; *template; template ++) {
        if (template[0] == '%' && template[1] == 'f') {
            place_put_encoded(out, place->path);
            template ++;
        } else if (template[0] == '%' && template[1] == 'l') {
            fprintf(out, "%" PRId32, place->line);
            template ++;
        } else {
            fputc(*template, out);
        }
    }
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

char *place_link(const struct place *place, const struct report *report)
{
    const char *template = report->sides->options->link;
    char *text = NULL;
    size_t length;
    if (!place->path)
        return NULL;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    if (template) {
        put_template(out, template, place);
    } else if (*environment("GITHUB_REPOSITORY") && *environment("GITHUB_SHA")) {
        fprintf(out, "%s/%s/blob/%s/", environment("GITHUB_SERVER_URL"),
                environment("GITHUB_REPOSITORY"), environment("GITHUB_SHA"));
        put_template(out, place->line ? "%f#L%l" : "%f", place);
    } else if (*environment("CI_PROJECT_URL") && *environment("CI_COMMIT_SHA")) {
        fprintf(out, "%s/-/blob/%s/", environment("CI_PROJECT_URL"), environment("CI_COMMIT_SHA"));
        put_template(out, place->line ? "%f#L%l" : "%f", place);
    }
    bool has_failed = ferror(out) != 0;
    if (fclose(out) != 0 || has_failed || length == 0) {
        free(text);
        return NULL;
    }
    return text;
}
