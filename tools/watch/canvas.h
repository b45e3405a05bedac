/* SPDX-License-Identifier: Apache-2.0
 *
 * Text on a terminal's screen, by ncurses: cut where the screen ends, in the character set that
 * the terminal has.
 */
#ifndef MEMPROF_TOOLS_WATCH_CANVAS_H
#define MEMPROF_TOOLS_WATCH_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/vitals.h"

enum canvas_style { CANVAS_PLAIN, CANVAS_HEADING, CANVAS_SELECTED, CANVAS_WARNING };

/* False: this terminal cannot. */
bool canvas_begin(void);
void canvas_end(void);

int canvas_width(void);
int canvas_height(void);
void canvas_clear(void);
void canvas_show(void);

/* At most `width` columns at x; what is no text here is shown as '?'. */
void canvas_put(int y, int x, int width, enum canvas_style style, const char *text);
/* The same, made by a format, over the whole line from x on. */
void canvas_putf(int y, int x, enum canvas_style style, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* What was in use over time, in one line. */
void canvas_put_timeline(int y, int x, int width, const struct vitals *vitals);

/* A key as ncurses has it, or -1 when none came within that time, or a signal did. */
int canvas_key(int timeout_ms);

#endif
