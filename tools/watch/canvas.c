/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/watch/canvas.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define LINE_BYTES 4096
#define MOST_WIDTH 1024 /* columns; no terminal has more */

static bool has_colour, is_utf8;

bool canvas_begin(void)
{
    setlocale(LC_ALL, "");
    is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (!newterm(NULL, stdout, stdin))
        return false;
    const char *no_colour = getenv("NO_COLOR");
    has_colour = !(no_colour && *no_colour) && has_colors();
    if (has_colour) {
        start_color();
        use_default_colors();
        init_pair(1, COLOR_RED, -1);
    }
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    set_escdelay(25); /* of milliseconds: a key that begins with Escape comes at once */
    curs_set(0);
    return true;
}

void canvas_end(void)
{
    endwin();
}

int canvas_width(void)
{
    return getmaxx(stdscr);
}

int canvas_height(void)
{
    return getmaxy(stdscr);
}

void canvas_clear(void)
{
    erase();
}

void canvas_show(void)
{
    refresh();
}

/* The characters of `text` that fit into so many columns; what is none becomes '?'. */
static int to_wide(const char *text, wchar_t *wide, int width)
{
    mbstate_t state = {0};
    int columns = 0, count = 0;
    size_t left = strlen(text);
    while (left > 0 && count < MOST_WIDTH) {
        wchar_t character;
        size_t length = mbrtowc(&character, text, left, &state);
        int takes = length < (size_t)-2 && length ? wcwidth(character) : -1;
        if (length >= (size_t)-2 || length == 0) {
            memset(&state, 0, sizeof state);
            length = 1;
        }
        if (takes < 0) {
            character = L'?';
            takes = 1;
        }
        if (columns + takes > width)
            break;
        wide[count++] = character;
        columns += takes;
        text += length;
        left -= length;
    }
    wide[count] = L'\0';
    return count;
}

static attr_t attributes_of(enum canvas_style style)
{
    switch (style) {
    case CANVAS_HEADING:
        return A_BOLD;
    case CANVAS_SELECTED:
        return A_REVERSE;
    case CANVAS_WARNING:
        return A_BOLD | (has_colour ? COLOR_PAIR(1) : 0);
    case CANVAS_PLAIN:
        break;
    }
    return A_NORMAL;
}

void canvas_put(int y, int x, int width, enum canvas_style style, const char *text)
{
    wchar_t wide[MOST_WIDTH + 1];
    int room = canvas_width() - x;
    if (y < 0 || y >= canvas_height() || room <= 0)
        return;
    width = width < room ? width : room;
    width = width < MOST_WIDTH ? width : MOST_WIDTH;
    int count = to_wide(text, wide, width);
    attrset((int)attributes_of(style));
    if (style == CANVAS_SELECTED)
        mvhline(y, x, ' ', width);
    mvaddnwstr(y, x, wide, count);
    attrset(A_NORMAL);
}

void canvas_putf(int y, int x, enum canvas_style style, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    canvas_put(y, x, canvas_width() - x, style, line);
}

/* ---- the timeline ---- */

/* What was in use at that time: the newest point that is not younger. */
static uint64_t in_use_at(const struct vitals_ring *ring, uint64_t at_ns)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < ring->count && ring->points[i].since_start_ns <= at_ns; i++)
        bytes = ring->points[i].inuse_bytes;
    return bytes;
}

void canvas_put_timeline(int y, int x, int width, const struct vitals *vitals)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const ascii[] = {" ", "_", ".", "-", "=", "+", "*", "#", "@"};
    const struct vitals_ring *ring = vitals_whole_ring(vitals);
    uint64_t values[MOST_WIDTH], most = 1;
    char line[4 * MOST_WIDTH + 1] = "";
    size_t length = 0;
    if (!ring || width <= 0)
        return;
    width = width < MOST_WIDTH ? width : MOST_WIDTH;
    for (int i = 0; i < width; i++) {
        uint64_t at_ns = vitals->up_ns / (uint64_t)width * (uint64_t)(i + 1);
        values[i] = i + 1 == width ? vitals_live_bytes(vitals) : in_use_at(ring, at_ns);
        most = values[i] > most ? values[i] : most;
    }
    for (int i = 0; i < width; i++) {
        unsigned level = (unsigned)((double)values[i] / (double)most * 8 + 0.5);
        const char *block = (is_utf8 ? blocks : ascii)[level < 8 ? level : 8];
        length += (size_t)snprintf(line + length, sizeof line - length, "%s", block);
    }
    canvas_put(y, x, width, CANVAS_PLAIN, line);
}

int canvas_key(int timeout_ms)
{
    timeout(timeout_ms);
    return getch();
}
