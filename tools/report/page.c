/* SPDX-License-Identifier: Apache-2.0
 *
 * The policy in the file allows its own script and its own style, by their hashes, and nothing
 * else.  Without the script the head and the table of the largest functions are there; the script
 * takes the table's place.
 */
#include "tools/report/page.h"

#include "collector/base/budget.h"
#include "collector/base/path.h"
#include "tools/report/data.h"
#include "tools/report/embedded.h"
#include "tools/report/head.h"
#include "tools/report/html.h"
#include "tools/report/pack.h"

/* Who serves a page is asked for this otherwise. */
#define ICON                                                                                       \
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"          \
    "%3Crect width='16' height='4' y='1' fill='%23b4532a'/%3E"                                     \
    "%3Crect width='10' height='4' y='6' fill='%23d98a4b'/%3E"                                     \
    "%3Crect width='5' height='4' y='11' fill='%23e8b56f'/%3E%3C/svg%3E"

static void put_head(FILE *out, const struct report_facts *facts, const struct report_views *views)
{
    const char *name = *facts->program ? facts->program : views->items.items[0].name;
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ",
          out);
    fprintf(out,
            "script-src 'sha256-%s'; style-src 'sha256-%s'; img-src data:; base-uri 'none'; "
            "form-action 'none'\">\n",
            embedded_script.hash, embedded_style.hash);
    fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"generator\" content=\"memprof " MEMPROF_VERSION "\">\n"
          "<meta name=\"referrer\" content=\"no-referrer\">\n"
          "<link rel=\"icon\" href=\"" ICON "\">\n<title>",
          out);
    html_put_short(out, path_base(name), 200);
    fputs(" - memprof report</title>\n<style>", out);
    fwrite(embedded_style.bytes, 1, embedded_style.count, out);
    fputs("</style>\n</head>\n<body>\n", out);
}

struct error *report_page_put(FILE *out, struct report_tree *tree, const struct report_about *about,
                              const char *command)
{
    struct pack pack = {.bytes = NULL};
    put_head(out, about->facts, about->views);
    report_head_put(out, about->facts, about->views, command);
    fputs("<main>\n<div id=\"app\" hidden></div>\n", out);
    struct error *error = report_rows_put(out, about->facts);
    fputs("</main>\n<footer><p>Made by memprof " MEMPROF_VERSION
          ". This page is one file: it loads nothing and sends nothing. Its script and style are "
          "memprof's own, under the Apache License 2.0.</p></footer>\n"
          "<script type=\"application/json\" id=\"about\">",
          out);
    report_about_put(out, about);
    fputs("</script>\n<script type=\"text/plain\" id=\"data\">", out);
    if (!error &&
        (!report_data_put(&pack, tree, about->views, about->sources) || !pack_write(&pack, out)))
        error = budget_error("cannot write the report");
    pack_deinit(&pack);
    fputs("</script>\n<script type=\"module\">", out);
    fwrite(embedded_script.bytes, 1, embedded_script.count, out);
    fputs("</script>\n</body></html>\n", out);
    return error;
}
