/* SPDX-License-Identifier: Apache-2.0
 *
 * A table on a terminal: cells of text, each column as wide as its widest cell.  Control
 * characters in cells are replaced.
 */
#ifndef MEMPROF_TOOLS_COLUMNS_H
#define MEMPROF_TOOLS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum column_side { COLUMN_LEFT, COLUMN_RIGHT };

struct column {
    const char *title;
    enum column_side side; /* on which text is aligned; the last column is not padded */
    size_t least, most;    /* width in characters; a longer cell sticks out; 0: no limit */
};

struct columns {
    const struct column *shape; /* borrowed, like `before` */
    size_t width;               /* columns */
    const char *before;         /* printed before each line */
    char **cells;               /* row by row */
    size_t count;
    bool has_failed; /* there was no memory for a cell */
};

void columns_init(struct columns *columns, const struct column *shape, size_t width,
                  const char *before);
/* Adds the next cell of the current row, from left to right. */
void columns_add(struct columns *columns, const char *text);
/* Prints the titles, then the rows; where memory ran out, a line that says so instead. */
void columns_print(const struct columns *columns, FILE *out);
void columns_deinit(struct columns *columns);

/* Prints text cleaned and filled up with spaces on its right, `width` characters wide. */
void columns_put(FILE *out, const char *text, size_t width);

#endif
