/* SPDX-License-Identifier: Apache-2.0
 *
 * Names and arguments of processes are anybody's text: they are escaped wherever they stand.
 */
#include "tools/serve/page.h"

#include <inttypes.h>
#include <string.h>

#include "collector/base/path.h"
#include "tools/measure.h"
#include "tools/serve/sparkline.h"

#define STYLE                                                                                      \
    ":root{color-scheme:light dark}"                                                               \
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}"    \
    "table{border-collapse:collapse;width:100%}"                                                   \
    "th,td{text-align:left;padding:.35rem .7rem;border-bottom:1px solid #8886;vertical-align:top}" \
    "td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"             \
    "svg{display:block;width:240px;height:40px}"                                                   \
    "polyline{fill:none;stroke:currentColor;stroke-width:1.5}"                                     \
    "code,pre{font:13px/1.5 ui-monospace,monospace}"                                               \
    "pre{padding:.7rem;overflow:auto;background:#8882}"                                            \
    ".w{overflow-wrap:anywhere;max-width:22rem;opacity:.75}"

/* What has a control character, or would be markup, is shown as it is. */
static void put_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (strchr("<>&\"'", c))
            fprintf(out, "&#%u;", c);
        else
            fputc(c < ' ' || c == 0x7f ? '?' : c, out);
    }
}

static void begin_page(FILE *out, const char *title)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
          "<meta name=\"viewport\" content=\"width=device-width\"><title>",
          out);
    put_text(out, title);
    fputs("</title><style>" STYLE "</style></head><body>\n", out);
}

static void end_page(FILE *out)
{
    fputs("</body></html>\n", out);
}

/* ---- the index ---- */

static void put_bytes(FILE *out, uint64_t bytes, const char *behind)
{
    char text[MEASURE_TEXT];
    fprintf(out, "<td class=\"n\">%s%s", measure_bytes(text, bytes), behind);
}

/* "&plusmn;" and by how much an estimate may be wrong. */
static void put_error(FILE *out, double error)
{
    char text[MEASURE_TEXT];
    if (error > 0)
        fprintf(out, "<br>&plusmn; %s", measure_bytes(text, (uint64_t)error));
}

static void put_links(FILE *out, uint32_t pid)
{
    static const char *const profiles[] = {"heap", "allocs", "peak"};
    fputs("<td>", out);
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        fprintf(out, "%s<a href=\"/%" PRIu32 "/debug/pprof/%s\">%s</a>", i ? " " : "", pid,
                profiles[i], profiles[i]);
    fputs("</td>", out);
}

static void put_process(FILE *out, const struct roster_entry *entry)
{
    const struct vitals *vitals = &entry->vitals;
    uint32_t pid = roster_pid(entry);
    char text[MEASURE_TEXT];
    fprintf(out, "<tr><td class=\"n\"><a href=\"/%" PRIu32 "/debug/pprof/\">%" PRIu32 "</a></td>",
            pid, pid);
    fputs("<td>", out);
    put_text(out, vitals->comm);
    fputs("<div class=\"w\">", out);
    put_text(out, vitals->exe);
    fputs("</div></td>", out);
    fprintf(out, "<td class=\"n\">%s</td>", measure_age(text, vitals->up_ns / 1000000000));
    put_bytes(out, vitals_live_bytes(vitals), "");
    put_error(out, vitals->error_bytes);
    fprintf(out, "</td><td class=\"n\">%" PRIu64 "</td>", vitals_live_objects(vitals));
    if (vitals->has_rate) {
        put_bytes(out, (uint64_t)vitals->rate_bytes, "/s<br>");
        fprintf(out, "%.0f/s</td>", vitals->rate_objects);
    } else {
        fputs("<td class=\"n\">?</td>", out);
    }
    if (vitals->peak.is_known)
        put_bytes(out, vitals->peak.bytes, "</td>");
    else
        fputs("<td class=\"n\">?</td>", out);
    put_bytes(out, entry->rss_bytes, "</td><td>");
    sparkline_put(out, vitals);
    fputs("</td>", out);
    put_links(out, pid);
    fputs("</tr>\n", out);
}

static void put_command(FILE *out, const char *command, const char *url, uint32_t pid,
                        const char *profile)
{
    fprintf(out, "%s", command);
    put_text(out, url);
    fprintf(out, "%" PRIu32 "/debug/pprof/%s\n", pid, profile);
}

static void put_commands(FILE *out, const char *url, uint32_t pid)
{
    fputs("<h2>Look into one</h2>\n<pre>", out);
    if (strncmp(url, "http:", 5) == 0) { /* pprof knows no sockets in the file system */
        put_command(out, "go tool pprof ", url, pid, "heap");
        put_command(out, "go tool pprof -http=: ", url, pid, "allocs");
        put_command(out, "curl -so delta.pb.gz ", url, pid, "delta_heap?seconds=30");
    }
    fprintf(out, "memprof top %" PRIu32 "\n</pre>\n", pid);
}

void page_put_index(FILE *out, const struct ps_list *list, const char *url)
{
    begin_page(out, "memprof");
    fputs("<h1>memprof</h1>\n", out);
    if (list->count > 0) {
        fputs("<table><thead><tr><th class=\"n\">pid</th><th>command</th><th class=\"n\">up</th>"
              "<th class=\"n\">live</th><th class=\"n\">objects</th><th class=\"n\">allocated</th>"
              "<th class=\"n\">peak</th><th class=\"n\">resident</th><th>live over time</th>"
              "<th>profiles</th></tr></thead><tbody>\n",
              out);
        for (size_t i = 0; i < list->count; i++)
            put_process(out, list->rows[i].entry);
        fputs("</tbody></table>\n", out);
        put_commands(out, url, roster_pid(list->rows[0].entry));
    } else {
        fputs("<p>No process is recorded now. Start one with <code>memprof run -- ./app</code> or "
              "<code>LD_PRELOAD=libmemprof.so ./app</code>.</p>\n",
              out);
    }
    fputs("<p><a href=\"/json\">json</a> <a href=\"/metrics\">metrics</a></p>\n", out);
    end_page(out);
}

/* ---- one process ---- */

void page_put_process(FILE *out, const struct target *target)
{
    static const struct {
        const char *path, *what;
    } links[] = {
        {"heap", "what is live, and all that was allocated"},
        {"allocs", "the same, all that was allocated first"},
        {"peak", "what was live when the most was"},
        {"heap?seconds=10", "what changes in ten seconds"},
        {"delta_heap?seconds=10", "what is allocated in ten seconds, and what is live then"},
        {"heap?debug=1", "as text"},
        {"cmdline", "its arguments"},
    };
    char title[256];
    snprintf(title, sizeof title, "%s (%" PRIu32 ")", target->name ? target->name : "",
             target->pid);
    begin_page(out, title);
    fputs("<h1>", out);
    put_text(out, title);
    fputs(target->ended_ns ? "</h1>\n<p>It has ended; this is its last.</p>\n<table>\n"
                           : "</h1>\n<table>\n",
          out);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        fprintf(out,
                "<tr><td><a href=\"/%" PRIu32 "/debug/pprof/%s\">%s</a></td><td>%s</td></tr>\n",
                target->pid, links[i].path, links[i].path, links[i].what);
    fputs("</table>\n<p><a href=\"/\">all processes</a></p>\n", out);
    end_page(out);
}

void page_put_choice(FILE *out, const struct targets *targets)
{
    size_t running = 0;
    for (size_t i = 0; i < targets->count; i++)
        running += targets->items[i].ended_ns == 0;
    if (running == 0) {
        fputs("memprof serve: no process is recorded; start one with 'memprof run' or "
              "LD_PRELOAD=libmemprof.so\n",
              out);
        return;
    }
    fprintf(out, "memprof serve: there are %zu processes; try one of\n", running);
    for (size_t i = 0; i < targets->count; i++)
        if (targets->items[i].ended_ns == 0)
            fprintf(out, "  /%" PRIu32 "/debug/pprof/heap\n", targets->items[i].pid);
}
