/* SPDX-License-Identifier: Apache-2.0
 *
 * What is on the screen: the header, the table and what stands over it.
 */
#ifndef MEMPROF_TOOLS_WATCH_VIEW_H
#define MEMPROF_TOOLS_WATCH_VIEW_H

#include <stdbool.h>

#include "tools/watch/detail.h"
#include "tools/watch/model.h"

struct view {
    const struct model *model;
    const char *name;       /* of the process */
    unsigned selected, top; /* rows: the chosen one, and the first on the screen */
    bool is_frozen, shows_help;
    const struct detail *detail; /* in place of the table; NULL: none */
    size_t detail_top;
    const char *prompt; /* a line that is being typed; NULL: none */
    char message[200];  /* in the last line; "" none */
    bool is_warning;
};

/* Draws all of it; `selected` and `top` become what the screen has room for. */
void view_draw(struct view *view);
/* Rows of the table, or lines of text, that are on the screen at once. */
int view_page(void);

#endif
