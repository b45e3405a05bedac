/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/watch/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/measure.h"
#include "tools/watch/canvas.h"

#define HEADER_LINES 5 /* with that of the table */
#define FOOTER_LINES 1
#define NARROW       60 /* columns; below, only one value is shown */
#define WIDE         96 /* from here on, all of them */

static const char *const order_names[] = {"flat", "cum", "growth", "rate"};

static const char help_text[] =
    "1 2 3 4   inuse_space, inuse_objects, alloc_space, alloc_objects\n"
    "f c       sort by flat (allocated in the function itself), or cum (with what it calls)\n"
    "g r       sort by growth since the watch began, or by what is allocated a second\n"
    "l         functions, or call sites (lines)\n"
    "z         count growth from now on\n"
    "p         what was in use at the peak, and back to now\n"
    "w         show functions that only pass allocations on, or hide them\n"
    "/         show only names that match a regular expression; Escape: all again\n"
    "Enter     the row's stacks, callers and source lines; Escape or q: back\n"
    "arrows, PgUp, PgDn, Home, End\n"
    "space     freeze the screen, and go on\n"
    "s         save what is shown as a profile\n"
    "q         end\n";

int view_page(void)
{
    int lines = canvas_height() - HEADER_LINES - FOOTER_LINES;
    return lines > 1 ? lines : 1;
}

static const char *unit_of(enum profile_value type)
{
    return type == PROFILE_ALLOC_OBJECTS || type == PROFILE_INUSE_OBJECTS ? "count" : "bytes";
}

/* ---- the header ---- */

static void draw_name(const struct view *view)
{
    const struct model *model = view->model;
    const struct vitals *vitals = &model->vitals;
    char up[MEASURE_TEXT], interval[MEASURE_TEXT];
    canvas_putf(0, 0, CANVAS_HEADING, "memprof top  %s (%d)  up %s  %s%s", view->name,
                (int)live_process_pid(model->process), measure_age(up, vitals->up_ns / 1000000000),
                vitals->interval_bytes <= 1 ? "exact" : "interval ",
                vitals->interval_bytes <= 1 ? "" : measure_bytes(interval, vitals->interval_bytes));
    int column = canvas_width() - 8;
    if (model->has_ended)
        canvas_put(0, column, 8, CANVAS_WARNING, " ENDED");
    else if (view->is_frozen)
        canvas_put(0, column, 8, CANVAS_WARNING, " FROZEN");
    else if (model->is_at_peak)
        canvas_put(0, column, 8, CANVAS_WARNING, " PEAK");
}

static void draw_vitals(const struct model *model)
{
    const struct vitals *vitals = &model->vitals;
    char live[MEASURE_TEXT], error[MEASURE_TEXT], peak[MEASURE_TEXT], rate[MEASURE_TEXT];
    measure_bytes(live, vitals_live_bytes(vitals));
    measure_bytes(error, (uint64_t)vitals->error_bytes);
    measure_bytes(peak, vitals->peak.bytes);
    measure_bytes(rate, (uint64_t)vitals->rate_bytes);
    canvas_putf(1, 0, CANVAS_PLAIN,
                "live %s%s%s  peak %s  %s/s, %.0f/s allocated  %" PRIu64 " objects", live,
                vitals->error_bytes > 0 ? " +- " : "", vitals->error_bytes > 0 ? error : "",
                vitals->peak.is_known ? peak : "?", vitals->has_rate ? rate : "?",
                vitals->rate_objects, vitals_live_objects(vitals));
    canvas_put_timeline(2, 0, canvas_width() - 1, vitals);
}

static void draw_state(const struct view *view)
{
    const struct model *model = view->model;
    if (model->has_ended)
        canvas_putf(3, 0, CANVAS_WARNING, "%s; this is its last", model->end);
    else
        canvas_putf(3, 0, CANVAS_PLAIN, "%s by %s  %u of %u %s%s%s",
                    profile_value_names[model->type], order_names[model->order],
                    (unsigned)model->shown_count, (unsigned)model->rows.count,
                    model->granularity == PROFILE_BY_FUNCTION ? "functions" : "call sites",
                    model->shows_wrappers ? "  wrappers shown" : "",
                    model->is_at_peak ? "  at the peak" : "");
}

/* ---- the table ---- */

static void draw_columns(void)
{
    int width = canvas_width();
    if (width < NARROW)
        canvas_put(4, 0, width, CANVAS_HEADING, "     flat name");
    else if (width < WIDE)
        canvas_put(4, 0, width, CANVAS_HEADING, "      flat        cum     growth  name");
    else
        canvas_put(4, 0, width, CANVAS_HEADING,
                   "      flat  flat%        cum   cum%     growth     rate/s  name");
}

static void draw_row(const struct model *model, const struct model_row *shown, int y,
                     enum canvas_style style)
{
    char flat[MEASURE_TEXT], cumulative[MEASURE_TEXT], growth[MEASURE_TEXT], rate[MEASURE_TEXT];
    char flat_share[MEASURE_TEXT], share[MEASURE_TEXT];
    const struct watch_row *row = shown->row;
    const char *unit = unit_of(model->type);
    int width = canvas_width();
    measure_alone(flat, unit, row->flat[model->type]);
    measure_alone(cumulative, unit, row->cumulative[model->type]);
    measure_alone(growth, unit, shown->growth);
    measure_alone(rate, unit, (int64_t)shown->rate);
    measure_percentage(flat_share, row->flat[model->type], model->rows.totals[model->type]);
    measure_percentage(share, row->cumulative[model->type], model->rows.totals[model->type]);
    if (width < NARROW)
        canvas_putf(y, 0, style, "%9s %s", flat, row->label);
    else if (width < WIDE)
        canvas_putf(y, 0, style, "%10s %10s %10s  %s", flat, cumulative, growth, row->label);
    else
        canvas_putf(y, 0, style, "%10s %s %10s %s %10s %10s  %s", flat, flat_share, cumulative,
                    share, growth, rate, row->label);
}

static void draw_table(struct view *view)
{
    const struct model *model = view->model;
    unsigned page = (unsigned)view_page();
    if (view->selected >= model->shown_count)
        view->selected = model->shown_count ? model->shown_count - 1 : 0;
    if (view->top > view->selected)
        view->top = view->selected;
    if (view->selected >= view->top + page)
        view->top = view->selected - page + 1;
    draw_columns();
    for (unsigned i = 0; i < page && view->top + i < model->shown_count; i++)
        draw_row(model, &model->shown[view->top + i], HEADER_LINES + (int)i,
                 view->top + i == view->selected ? CANVAS_SELECTED : CANVAS_PLAIN);
}

/* ---- what stands in its place ---- */

static void draw_detail(const struct view *view)
{
    for (int i = 0; i < view_page(); i++)
        if (view->detail_top + (size_t)i < view->detail->count)
            canvas_put(HEADER_LINES + i, 0, canvas_width(), CANVAS_PLAIN,
                       view->detail->lines[view->detail_top + (size_t)i]);
}

static void draw_help(void)
{
    const char *line = help_text;
    for (int y = HEADER_LINES; *line; y++) {
        size_t length = strcspn(line, "\n");
        canvas_putf(y, 0, CANVAS_PLAIN, "%.*s", (int)length, line);
        line += length + 1;
    }
}

static void draw_footer(const struct view *view)
{
    int y = canvas_height() - 1;
    if (view->prompt)
        canvas_putf(y, 0, CANVAS_HEADING, "/%s_", view->prompt);
    else if (*view->message)
        canvas_put(y, 0, canvas_width() - 1, view->is_warning ? CANVAS_WARNING : CANVAS_PLAIN,
                   view->message);
    else
        canvas_put(y, 0, canvas_width() - 1, CANVAS_PLAIN,
                   view->detail ? "Escape: back" : "?: help  q: end");
}

void view_draw(struct view *view)
{
    canvas_clear();
    draw_name(view);
    draw_vitals(view->model);
    draw_state(view);
    if (view->shows_help)
        draw_help();
    else if (view->detail)
        draw_detail(view);
    else
        draw_table(view);
    draw_footer(view);
    canvas_show();
}
