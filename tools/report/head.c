/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/head.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/base/path.h"
#include "collector/profile/comment.h"
#include "collector/profile/graph.h"
#include "tools/measure.h"
#include "tools/report/html.h"
#include "tools/report/timeline.h"
#include "tools/shell.h"

#define ROWS_SHOWN    100u
#define LOST_TOO_MUCH 0.01 /* of what was recorded: beyond it a report says so in red */

const char *report_type_label(const char *type)
{
    static const char *const labels[][2] = {{"inuse_space", "In use"},
                                            {"inuse_objects", "Objects in use"},
                                            {"alloc_space", "Allocated"},
                                            {"alloc_objects", "Allocations"}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strcmp(type, labels[i][0]) == 0)
            return labels[i][1];
    return type;
}

uint32_t report_first_type(const struct report_facts *facts)
{
    const struct profile *profile = facts->profile;
    int shown = profile_default_type(profile), all = profile_find_type(profile, "alloc_space");
    if (shown < 0)
        return 0;
    if (all >= 0 && profile_graph_total(profile, shown) == 0)
        return (uint32_t)all;
    return (uint32_t)shown;
}

/* ---- cards ---- */

static void put_total(FILE *out, const struct facts_total *total, enum facts_sampling sampling)
{
    fputs("<div class=\"card\" data-type=\"", out);
    html_put_text(out, total->type);
    fprintf(out, "\" data-value=\"%" PRId64 "\"><h2>", total->value);
    html_put_short(out, report_type_label(total->type), 60);
    fputs("</h2><p class=\"big\">", out);
    html_put_value(out, total->unit, total->value);
    fputs("</p><p class=\"small\">", out);
    if (sampling == FACTS_EXACT)
        fputs("exact", out);
    else if (total->error > 0) {
        fputs("&plusmn; ", out);
        html_put_value(out, total->unit, (int64_t)total->error);
        fputs(", at 95&nbsp;%", out);
    } else if (sampling != FACTS_UNKNOWN)
        fputs("estimated", out);
    fputs("</p></div>\n", out);
}

/* "12 s", "3 min 20 s", "5 h 12 min". */
static void put_duration(FILE *out, uint64_t ms)
{
    uint64_t s = ms / 1000;
    if (s < 10)
        fprintf(out, "%.2f s", (double)ms / 1000);
    else if (s < 60)
        fprintf(out, "%" PRIu64 " s", s);
    else if (s < 3600)
        fprintf(out, "%" PRIu64 " min %" PRIu64 " s", s / 60, s % 60);
    else
        fprintf(out, "%" PRIu64 " h %" PRIu64 " min", s / 3600, s / 60 % 60);
}

static void put_peak(FILE *out, const struct report_facts *facts)
{
    uint64_t start_ns, peak_ns;
    if (facts->peak_bytes == 0)
        return;
    fprintf(out, "<div class=\"card\" data-type=\"peak\" data-value=\"%" PRIu64 "\"><h2>Peak</h2>",
            facts->peak_bytes);
    fputs("<p class=\"big\">", out);
    html_put_value(out, "bytes", (int64_t)facts->peak_bytes);
    fputs("</p><p class=\"small\">", out);
    if (profile_find_time(facts->profile, "start", &start_ns) &&
        profile_find_time(facts->profile, "peak_time", &peak_ns) && peak_ns >= start_ns) {
        fputs("after ", out);
        put_duration(out, (peak_ns - start_ns) / 1000000);
    }
    fputs("</p></div>\n", out);
}

/* What is missing: in red beyond a hundredth. */
static void put_missing(FILE *out, const struct report_facts *facts)
{
    double lost = facts->events > 0 ? (double)facts->lost / facts->events : facts->lost > 0;
    double cut = facts->samples ? (double)facts->truncated / (double)facts->samples : 0;
    bool is_much = lost > LOST_TOO_MUCH || cut > LOST_TOO_MUCH;
    if (facts->lost == 0 && facts->truncated == 0)
        return;
    fprintf(out, "<div class=\"card%s\" data-type=\"missing\"><h2>Missing</h2><p class=\"big\">",
            is_much ? " bad" : "");
    if (facts->lost) {
        fprintf(out, "%.2g&nbsp;%%</p><p class=\"small\">%" PRIu64 " events lost", lost * 100,
                facts->lost);
        if (facts->truncated)
            fprintf(out, ", %.2g&nbsp;%% of stacks cut", cut * 100);
    } else {
        fprintf(out, "%.2g&nbsp;%%</p><p class=\"small\">of stacks are cut", cut * 100);
    }
    fputs("</p></div>\n", out);
}

/* ---- about ---- */

static void put_fact(FILE *out, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    fprintf(out, "<dt>%s</dt><dd>", name);
    html_put_short(out, text, 4096);
    fputs("</dd>\n", out);
}

static void put_sampling(FILE *out, const struct report_facts *facts)
{
    char text[MEASURE_TEXT];
    if (facts->sampling == FACTS_UNKNOWN)
        return;
    if (facts->sampling == FACTS_EXACT)
        fputs("every allocation was recorded", out);
    else
        fprintf(out, "one sample in %s", measure_bytes(text, (uint64_t)facts->interval));
}

static void put_when(FILE *out, const struct report_facts *facts, const struct report_views *views)
{
    uint64_t ns, ms = 0;
    char text[64] = "";
    bool is_known = profile_find_time(facts->profile, "start", &ns);
    time_t seconds =
        (time_t)(is_known ? ns / 1000000000 : (uint64_t)facts->profile->time_ns / 1000000000);
    struct tm utc;
    if (seconds > 0 && gmtime_r(&seconds, &utc))
        strftime(text, sizeof text, "%-d %B %Y, %H:%M:%S UTC", &utc);
    if (*text)
        fprintf(out, "%s%s", is_known ? "started " : "taken ", text);
    if (views->timeline.points.count && views->timeline.is_whole)
        ms = views->timeline.points.items[views->timeline.points.count - 1].ms;
    else if (!report_timeline_moment(facts->profile, &ms))
        ms = (uint64_t)facts->profile->duration_ns / 1000000;
    if (ms) {
        fprintf(out, "%s%s ", *text ? ", " : "", views->is_process ? "running for" : "ran for");
        put_duration(out, ms);
    }
}

static void put_command(FILE *out, const char *what, const char *file)
{
    char *text = NULL;
    size_t bytes;
    FILE *stream = open_memstream(&text, &bytes);
    if (!stream)
        return;
    shell_put_quoted(stream, file);
    if (fclose(stream) == 0) {
        fputs(what, out);
        html_put_text(out, text);
        fputc('\n', out);
    }
    free(text);
}

static void put_commands(FILE *out, const struct report_views *views, const char *command)
{
    const struct report_view *first = &views->items.items[0];
    const struct report_view *last = &views->items.items[views->items.count - 1];
    fputs("<h3>Commands</h3>\n<pre>", out);
    html_put_text(out, command);
    fputs("      # made this report\n", out);
    const char *name = views->is_process ? "now.pb.gz"
                       : views->is_state ? "app.pb.gz"
                                         : first->name;
    if (views->is_process)
        fprintf(out, "memprof dump -o now.pb.gz %" PRIu64 "\n", views->pid);
    if (views->is_state)
        put_command(out, "memprof collect --keep -o app.pb.gz ", first->name);
    put_command(out, "go tool pprof -http=: ", name);
    put_command(out, "memprof top ", name);
    if (last->kind == VIEW_BASE && !views->is_process) {
        char *names = NULL;
        size_t bytes;
        FILE *stream = open_memstream(&names, &bytes);
        if (!stream)
            return;
        shell_put_quoted(stream, last->name);
        fputc(' ', stream);
        shell_put_quoted(stream, name);
        if (fclose(stream) == 0) {
            fputs("go tool pprof -http=: -diff_base=", out);
            html_put_text(out, names);
            fputc('\n', out);
        }
        free(names);
    }
    fputs("</pre>\n", out);
}

/* What no other line of the page says. */
static void put_comment(FILE *out, const char *comment)
{
    static const char ours[] = "memprof: ";
    static const char *const said[] = {"version ",  "interval ", "start ",     "end ",
                                       "build_id ", "peak ",     "peak_time ", "lost_"};
    if (*comment == '#' && strncmp(comment + 1, ours, sizeof ours - 1) == 0)
        return;
    const char *text =
        strncmp(comment, ours, sizeof ours - 1) == 0 ? comment + sizeof ours - 1 : comment;
    for (size_t i = 0; i < sizeof said / sizeof *said && text != comment; i++)
        if (strncmp(text, said[i], strlen(said[i])) == 0)
            return;
    put_fact(out, "It says", text);
}

static void put_about(FILE *out, const struct report_facts *facts, const struct report_views *views,
                      const char *command)
{
    char number[32];
    fputs("<details class=\"about\"><summary>About this recording</summary>\n<dl>\n", out);
    put_fact(out, "Program", facts->program);
    put_fact(out, "Command line", facts->command);
    put_fact(out, "Build id", facts->build_id);
    if (views->is_process) {
        snprintf(number, sizeof number, "%" PRIu64, views->pid);
        put_fact(out, "Process", number);
    }
    put_fact(out, "Host", facts->host);
    put_fact(out, "Recorded from", facts->start);
    put_fact(out, "until", facts->end);
    put_fact(out, "Peak at", facts->peak_time);
    put_fact(out, "Recorded by memprof", facts->version);
    for (uint32_t i = 0; i < views->items.count; i++)
        put_fact(out,
                 views->items.items[i].kind == VIEW_BASE   ? "Compared with"
                 : views->items.items[i].kind == VIEW_PEAK ? "Peak's profile"
                 : i                                       ? "Snapshot"
                                                           : "Profile",
                 views->items.items[i].name);
    for (uint32_t i = 0; i < facts->profile->comments.count; i++)
        put_comment(out, profile_string(facts->profile, facts->profile->comments.items[i]));
    fputs("</dl>\n", out);
    put_commands(out, views, command);
    fputs("</details>\n", out);
}

void report_head_put(FILE *out, const struct report_facts *facts, const struct report_views *views,
                     const char *command)
{
    const struct report_view *first = &views->items.items[0];
    const char *name = path_base(*facts->program ? facts->program : first->name);
    fputs("<header>\n<p class=\"brand\">memprof report</p>\n<h1>", out);
    html_put_short(out, name, 200);
    fputs("</h1>\n<p class=\"sub\">", out);
    put_when(out, facts, views);
    if (facts->sampling != FACTS_UNKNOWN)
        fputs(" &middot; ", out);
    put_sampling(out, facts);
    fputs("</p>\n<section class=\"cards\" aria-label=\"Totals\">\n", out);
    /* What is in use first, as it is what is mostly asked for. */
    for (uint32_t i = facts->profile->types.count; i-- > 0;)
        put_total(out, &facts->totals[i], facts->sampling);
    put_peak(out, facts);
    put_missing(out, facts);
    fputs("</section>\n", out);
    put_about(out, facts, views, command);
    fputs("</header>\n", out);
}

/* ---- the largest functions ---- */

static void put_row(FILE *out, const struct profile_row *row, const char *unit, int64_t total)
{
    char share[MEASURE_TEXT];
    fputs("<tr><td class=\"n\">", out);
    html_put_value(out, unit, row->flat);
    fprintf(out, "</td><td class=\"n\">%s</td><td class=\"n\">",
            measure_percentage(share, row->flat, total));
    html_put_value(out, unit, row->cumulative);
    fprintf(out, "</td><td class=\"n\">%s</td><td class=\"name\">",
            measure_percentage(share, row->cumulative, total));
    html_put_short(out, row->label, 300);
    fputs("</td></tr>\n", out);
}

struct error *report_rows_put(FILE *out, const struct report_facts *facts)
{
    const struct profile_graph_options options = {.granularity = PROFILE_BY_FUNCTION,
                                                  .limit = ROWS_SHOWN};
    struct profile_graph graph;
    uint32_t type = report_first_type(facts);
    struct error *error = profile_graph_create(facts->profile, (int)type, &options, &graph);
    if (error)
        return error;
    int64_t total = profile_graph_total(facts->profile, (int)type);
    fputs("<section id=\"static\">\n<h2>Largest functions, by ", out);
    html_put_short(out, facts->totals[type].type, 60);
    fputs("</h2>\n<table class=\"rows\"><thead><tr><th class=\"n\">flat</th><th class=\"n\">%</th>"
          "<th class=\"n\">cum</th><th class=\"n\">%</th><th>function</th></tr></thead><tbody>\n",
          out);
    for (uint32_t i = 0; i < graph.shown_count; i++)
        put_row(out, &graph.rows[graph.shown[i]], facts->totals[type].unit, total);
    fputs("</tbody></table>\n", out);
    if (graph.shown_count == 0)
        fputs("<p>There are no samples.</p>\n", out);
    fputs("</section>\n", out);
    profile_graph_destroy(&graph);
    return NULL;
}
