/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps the cells until all widths are known.
 */
#include "tools/columns.h"

#include <stdlib.h>
#include <string.h>

#include "collector/base/clean.h"

#define GAP "  "

/* Characters: bytes of UTF-8 that do not continue one. */
static size_t length_of(const char *text)
{
    size_t length = 0;
    for (; *text; text++)
        length += ((unsigned char)*text & 0xc0) != 0x80;
    return length;
}

void columns_init(struct columns *columns, const struct column *shape, size_t width,
                  const char *before)
{
    *columns = (struct columns){.shape = shape, .width = width, .before = before};
}

void columns_add(struct columns *columns, const char *text)
{
    char *copy = strdup(text);
    char **cells = copy ? realloc(columns->cells, (columns->count + 1) * sizeof *cells) : NULL;
    if (!cells) {
        free(copy);
        columns->has_failed = true;
        return;
    }
    columns->cells = cells;
    cells[columns->count++] = clean_text(copy);
}

static size_t width_of(const struct columns *columns, size_t column)
{
    const struct column *shape = &columns->shape[column];
    size_t width = length_of(shape->title);
    for (size_t i = column; i < columns->count; i += columns->width) {
        size_t length = length_of(columns->cells[i]);
        width = length > width ? length : width;
    }
    if (shape->most && width > shape->most)
        width = shape->most;
    return width > shape->least ? width : shape->least;
}

static void fill(FILE *out, size_t length, size_t width)
{
    for (; length < width; length++)
        fputc(' ', out);
}

void columns_put(FILE *out, const char *text, size_t width)
{
    clean_put_text(out, text);
    fill(out, length_of(text), width);
}

static void print_cell(const struct columns *columns, FILE *out, size_t column, const char *text,
                       size_t width)
{
    bool is_last = column + 1 == columns->width;
    fputs(column ? GAP : columns->before, out);
    if (columns->shape[column].side == COLUMN_RIGHT) {
        fill(out, length_of(text), width);
        clean_put_text(out, text);
    } else {
        columns_put(out, text, is_last ? 0 : width);
    }
    if (is_last)
        fputc('\n', out);
}

void columns_print(const struct columns *columns, FILE *out)
{
    size_t *widths = calloc(columns->width, sizeof *widths);
    if (columns->has_failed || !widths) {
        fputs("out of memory: the table is not shown\n", out);
        free(widths);
        return;
    }
    for (size_t i = 0; i < columns->width; i++) {
        widths[i] = width_of(columns, i);
        print_cell(columns, out, i, columns->shape[i].title, widths[i]);
    }
    for (size_t i = 0; i < columns->count; i++)
        print_cell(columns, out, i % columns->width, columns->cells[i], widths[i % columns->width]);
    free(widths);
}

void columns_deinit(struct columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        free(columns->cells[i]);
    free(columns->cells);
}
