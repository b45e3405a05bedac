/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/budget/update.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/small_file.h"

/* The largest of what was measured for a line; NaN: nothing was. */
static double measured_for(const struct check *check, const struct budget_line *line)
{
    double most = NAN;
    for (size_t i = 0; i < check->count; i++)
        if (check->rows[i].line == line && check->rows[i].is_measured)
            most = fmax(most, check->rows[i].level.interval.high);
    return most;
}

/* The line with its new number, or as it was; NULL: no memory. */
static char *updated(const struct check *check, const struct budget_line *line)
{
    double most = line->kind == BUDGET_LIMIT ? measured_for(check, line) : NAN;
    char number[MEASURE_TEXT], *text;
    if (!isfinite(most))
        return strdup(line->text);
    char *old = strndup(line->text + line->limit_at, line->limit_length);
    if (!old)
        return NULL;
    limit_text(number, line->metric, old, fmax(most, 0));
    free(old);
    if (asprintf(&text, "%.*s%s%s", (int)line->limit_at, line->text, number,
                 line->text + line->limit_at + line->limit_length) < 0)
        return NULL;
    return text;
}

static void print_change(const char *path, bool is_first, size_t number, const char *before,
                         const char *after)
{
    if (is_first) {
        fputs("--- ", stdout);
        cli_put_line(path);
        fputs("+++ ", stdout);
        cli_put_line(path);
    }
    printf("@@ -%zu +%zu @@\n-", number, number);
    cli_put_line(before);
    putchar('+');
    cli_put_line(after);
}

static struct error *replace(char *const *texts, const struct budget *budget, const char *path)
{
    char *bytes = NULL;
    size_t count;
    FILE *file = open_memstream(&bytes, &count);
    if (!file)
        return error_no_memory();
    for (size_t i = 0; i < budget->count; i++) {
        fputs(texts[i], file);
        if (i + 1 < budget->count || budget->ends_in_newline)
            putc('\n', file);
    }
    bool is_whole = !ferror(file);
    struct error *error =
        fclose(file) != 0 || !is_whole ? error_no_memory() : small_file_replace(path, bytes, count);
    free(bytes);
    return error;
}

struct error *budget_update(const struct budget *budget, const struct check *check,
                            const char *path)
{
    char **texts = calloc(budget->count + 1, sizeof(char *));
    bool has_memory = texts != NULL, is_changed = false;
    for (size_t i = 0; has_memory && i < budget->count; i++) {
        const char *before = budget->lines[i].text;
        texts[i] = updated(check, &budget->lines[i]);
        has_memory = texts[i] != NULL;
        if (!has_memory || strcmp(texts[i], before) == 0)
            continue;
        print_change(path, !is_changed, i + 1, before, texts[i]);
        is_changed = true;
    }
    struct error *error = has_memory ? NULL : error_no_memory();
    if (!error && is_changed)
        error = replace(texts, budget, path);
    for (size_t i = 0; texts && i < budget->count; i++)
        free(texts[i]);
    free(texts);
    return error;
}
