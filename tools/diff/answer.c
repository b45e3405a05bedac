/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/answer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

const char *const answer_names[] = {"change", "no change", "cannot tell"};

static double wanted_reach(const struct judged *judged)
{
    return ANSWER_REACH * fmax(fabs(judged->base), fabs(judged->changed));
}

enum answer answer_of(const struct judged *judged)
{
    if (judged->judgement != JUDGED_ESTIMATED)
        return judged->judgement == JUDGED_SAME ? ANSWER_NO_CHANGE : ANSWER_CHANGE;
    const struct interval *interval = &judged->interval;
    if (interval->low > 0 || interval->high < 0)
        return ANSWER_CHANGE;
    double reach = (interval->high - interval->low) / 2;
    return reach <= wanted_reach(judged) ? ANSWER_NO_CHANGE : ANSWER_CANNOT_TELL;
}

struct needs answer_needs(const struct judged *judged)
{
    return judged_needs(judged, ANSWER_CONFIDENCE, wanted_reach(judged));
}

/* Rounded down to what one types: 64K rather than 71234. */
static void put_interval(char *text, size_t size, uint64_t bytes)
{
    static const char units[] = {0, 'K', 'M', 'G'};
    uint64_t power = 1;
    size_t unit = 0;
    while (power <= bytes / 2 && power < UINT64_C(1) << 39)
        power *= 2;
    for (; power >= 1024 && unit < 3; unit++)
        power /= 1024;
    snprintf(text, size, "interval <= %" PRIu64 "%.1s", power, unit ? &units[unit] : "");
}

char *answer_needs_text(char text[static ANSWER_TEXT], struct needs needs)
{
    char interval[48] = "", runs[48] = "";
    if (needs.interval_bytes)
        put_interval(interval, sizeof interval, needs.interval_bytes);
    if (needs.runs)
        snprintf(runs, sizeof runs, ">= %" PRIu64 " runs a side", needs.runs);
    if (!*interval && !*runs)
        snprintf(text, ANSWER_TEXT, "%d runs a side would not tell", NEEDS_RUNS_MAX);
    else
        snprintf(text, ANSWER_TEXT, "needs %s%s%s", interval, *interval && *runs ? " or " : "",
                 runs);
    return text;
}

char *answer_runs_text(char text[static ANSWER_TEXT], const struct judged *judged)
{
    size_t least = judged->least_runs, most = judged->most_runs;
    if (least == most)
        snprintf(text, ANSWER_TEXT, "%zu run%s each", least, least == 1 ? "" : "s");
    else
        snprintf(text, ANSWER_TEXT, "%zu and %zu runs", least, most);
    return text;
}
