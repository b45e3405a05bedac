/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/about.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/path.h"
#include "collector/profile/comment.h"
#include "tools/json.h"
#include "tools/report/data.h"
#include "tools/report/head.h"
#include "tools/report/timeline.h"

static void put_types(FILE *out, const struct report_facts *facts)
{
    fputs("\"types\":[", out);
    for (uint32_t i = 0; i < facts->profile->types.count; i++) {
        const struct facts_total *total = &facts->totals[i];
        fputs(i ? ",{" : "{", out);
        json_put_member(out, "name", total->type);
        fputc(',', out);
        json_put_member(out, "label", report_type_label(total->type));
        fputc(',', out);
        json_put_member(out, "unit", total->unit);
        fputs(",\"error\":", out);
        json_put_number(out, total->error);
        fputc('}', out);
    }
    fprintf(out, "],\"firstType\":%" PRIu32 ",", report_first_type(facts));
}

static void put_view(FILE *out, const struct report_view *view)
{
    double interval;
    uint64_t threads, ms;
    enum facts_sampling sampling = facts_sampling_of(view->profile, &interval, &threads);
    const char *inexact = profile_find_text(view->profile, "view");
    fputc('{', out);
    json_put_member(out, "kind", report_view_names[view->kind]);
    fputc(',', out);
    json_put_member(out, "name", path_base(view->name));
    fputc(',', out);
    json_put_member(out, "sampling", facts_sampling_names[sampling]);
    fputs(",\"interval\":", out);
    json_put_number(out, interval);
    fprintf(out, ",\"threads\":%" PRIu64 ",\"inexact\":%s", threads,
            inexact && strstr(inexact, "(inexact)") ? "true" : "false");
    if (view->kind != VIEW_BASE && report_timeline_moment(view->profile, &ms))
        fprintf(out, ",\"ms\":%" PRIu64, ms);
    fputc('}', out);
}

static void put_sources(FILE *out, const struct report_about *about)
{
    const struct report_sources *sources = about->sources;
    fprintf(out,
            "\"sources\":{\"wanted\":%s,\"shown\":%" PRIu32 ",\"missing\":%" PRIu32
            ",\"younger\":%" PRIu32 ",\"cut\":%s",
            about->has_sources ? "true" : "false", sources->shown, sources->missing,
            sources->younger, sources->is_cut ? "true" : "false");
    if (sources->younger_name) {
        fputc(',', out);
        json_put_member(out, "youngerName", sources->younger_name);
    }
    fputs("},", out);
}

void report_about_put(FILE *out, const struct report_about *about)
{
    const struct report_views *views = about->views;
    fprintf(out, "{\"version\":%d,", REPORT_DATA_VERSION);
    put_types(out, about->facts);
    json_put_member(out, "program", path_base(about->facts->program));
    fputs(",\"views\":[", out);
    for (uint32_t i = 0; i < views->items.count; i++) {
        if (i)
            fputc(',', out);
        put_view(out, &views->items.items[i]);
    }
    fprintf(out,
            "],\"process\":%s,\"wholeTimeline\":%s,\"peakBytes\":%" PRIu64 ",\"folded\":%" PRIu32
            ",\"mostNodes\":%" PRIu32 ",\"otherProgram\":%s,",
            views->is_process ? "true" : "false", views->timeline.is_whole ? "true" : "false",
            about->facts->peak_bytes, about->folded, about->most_nodes,
            about->is_other_program ? "true" : "false");
    put_sources(out, about);
    report_advice_put(out, about->advice);
    fputc('}', out);
}
