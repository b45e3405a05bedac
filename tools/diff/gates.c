/* SPDX-License-Identifier: Apache-2.0
 *
 * A gate fails when the interval of what it looks at lies above its limit, holds when it lies
 * below, and cannot be judged when the limit is inside.  Where there are several, Holm's method
 * corrects for their number: as long as one fails, the others are judged again at the level of
 * those that are left.
 */
#include "tools/diff/gates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collector/profile/level.h"
#include "tools/diff/gate_rows.h"
#include "tools/diff/peak_sides.h"
#include "tools/gates/ratchet.h"

#define REACHED_CONFIDENCE 0.95

/* --- what cannot be judged --- */

/* Values of different moments say nothing about each other. */
static const char *view_hindrance(const struct sides *sides)
{
    for (size_t i = 0; i < sides->run_count; i++) {
        if (sides->runs[i].view == SIDE_VIEW_DIFFERENCE)
            return "a file has the difference of two profiles, and is no run";
        if (sides->runs[i].view != sides->runs[0].view)
            return "some files have what was in use at the peak, and others at the end";
    }
    return NULL;
}

/* Copies of one run are not several. */
static bool repeats_a_run(const struct sides *sides)
{
    size_t base = sides->inputs[0].count;
    for (size_t i = 0; i < sides->run_count; i++)
        for (size_t k = i + 1; k < (i < base ? base : sides->run_count); k++) {
            const struct site_run *a = &sides->table.runs.items[i];
            const struct site_run *b = &sides->table.runs.items[k];
            if (a->time_ns && a->time_ns == b->time_ns)
                return true;
        }
    return false;
}

/* What sampling cannot tell. */
static const char *sampling_hindrance(const struct gate_spec *spec)
{
    if (spec->metric == METRIC_PEAK)
        return "only exact runs (--interval 1) tell the peak";
    if (spec->subject == GATE_NEW_SITES)
        return "only exact runs (--interval 1) tell which sites are new";
    if (metric_is_per_operation(spec->metric) && spec->limit.number == 0)
        return "only exact runs (--interval 1) tell that an operation costs no more at all";
    return NULL;
}

/* What functions or modules held at the peak is in a profile of its own. */
static bool is_of_peak_sites(const struct gate_spec *spec)
{
    return spec->metric == METRIC_PEAK && spec->subject != GATE_TOTAL;
}

/* Why a gate cannot be judged whatever the numbers are; NULL: it can. */
static const char *hindrance(const struct sides *sides, const struct gate_spec *spec)
{
    const char *why = view_hindrance(sides);
    for (size_t i = 0; i < sides->run_count && !why; i++)
        why = gate_rows_run_hindrance(sides, &sides->runs[i], spec->metric);
    if (!why && !sides->is_exact)
        why = sampling_hindrance(spec);
    if (!why && is_of_peak_sites(spec) && peak_sides_missing(sides))
        why = "a run has no profile of its peak (memprof stat keeps them, MEMPROF_PEAK=1 and "
              "--peak make them)";
    if (!why && !gate_rows_are_known(sides, spec->subject, spec->pattern))
        why = "nothing in the profiles matches its pattern";
    if (!why && repeats_a_run(sides))
        why = "two files of a side are the same run";
    size_t least = sides->inputs[0].count < sides->inputs[1].count ? sides->inputs[0].count
                                                                   : sides->inputs[1].count;
    if (!why && least < GATES_RUNS && !sides->options->one_run)
        why = "it takes three runs a side (or --one-run)";
    return why;
}

/* --- judging --- */

struct judging {
    const struct sides *sides;
    const struct sides *peaks; /* the same runs at their peaks; NULL: not asked for, or missing */
    uint32_t *rows;            /* room for all of both comparisons */
    struct measured *runs;
};

static struct judged judge_scaled(const struct judging *at, double scale, double confidence)
{
    return comparison_judge(&at->sides->comparison, at->runs, scale, NULL, confidence);
}

/* By what an interval is over the limit.  Anything that is not a number is no verdict. */
static enum gate_verdict verdict_of(const struct interval *over)
{
    return over->low > 0 ? GATE_FAILS : over->high <= 0 ? GATE_HOLDS : GATE_CANNOT_JUDGE;
}

/* By how much what is judged may be more than `scale` times the base. */
static double scale_of(const struct gate_spec *spec)
{
    return spec->limit.is_relative ? 1 + spec->limit.number : 1;
}
static double allowance_of(const struct gate_spec *spec)
{
    return spec->limit.is_relative ? 0 : spec->limit.number;
}

enum gate_verdict gate_compare(const struct gate_spec *spec, const struct side *base,
                               const struct side *changed)
{
    struct judged judged = judge(base, changed, scale_of(spec), NULL, 1 - 2 * GATES_ERROR);
    double allowance = allowance_of(spec);
    struct interval over = {judged.interval.low - allowance, judged.interval.high - allowance};
    return verdict_of(&over);
}

static struct level level_of_new(const struct judging *at, double confidence)
{
    size_t base = at->sides->inputs[0].count;
    struct side after = {at->runs + base, at->sides->run_count - base,
                         at->sides->comparison.seeds[1]};
    return level_of(&after, confidence);
}

/* The best value is a number without an error of its own: it was an upper end. */
static struct judged judge_against(const struct level *level, double best, double scale,
                                   size_t runs)
{
    struct judged judged = {.base = best,
                            .changed = level->mean,
                            .p = NAN,
                            .error = level->error,
                            .df = level->df,
                            .spread = level->spread,
                            .least_runs = runs,
                            .most_runs = runs};
    judged.interval =
        (struct interval){level->interval.low - scale * best, level->interval.high - scale * best};
    judged.spread.difference = level->mean - scale * best;
    judged.ratio = (struct interval){NAN, NAN};
    if (best > 0)
        judged.ratio = (struct interval){level->interval.low / best, level->interval.high / best};
    judged.judgement = !level->is_exact      ? JUDGED_ESTIMATED
                       : level->mean == best ? JUDGED_SAME
                                             : JUDGED_DIFFERENT;
    return judged;
}

static void measure(const struct judging *at, const struct gate_spec *spec)
{
    const struct sides *sides = is_of_peak_sites(spec) ? at->peaks : at->sides;
    uint32_t count = gate_rows_select(sides, spec->subject, spec->pattern, at->rows);
    if (is_of_peak_sites(spec))
        comparison_measure(&sides->comparison, at->rows, count, PROFILE_INUSE_SPACE, at->runs);
    else
        gate_rows_measure(sides, at->rows, count, spec->metric, at->runs);
}

static void judge_rows(const struct judging *at, struct gate *gate, double confidence)
{
    const struct gate_spec *spec = &gate->spec;
    measure(at, spec);
    double scale = scale_of(spec), limit = allowance_of(spec);
    struct judged scaled;
    gate->reached = level_of_new(at, REACHED_CONFIDENCE).interval.high;
    if (gate->is_ratchet) {
        struct level level = level_of_new(at, confidence);
        scaled = judge_against(&level, gate->best, scale, at->sides->inputs[1].count);
        gate->judged = judge_against(&level, gate->best, 1, at->sides->inputs[1].count);
    } else {
        scaled = judge_scaled(at, scale, confidence);
        gate->judged = judge_scaled(at, 1, confidence);
    }
    gate->over = (struct interval){scaled.interval.low - limit, scaled.interval.high - limit};
    gate->verdict = verdict_of(&gate->over);
    gate->needs = (struct needs){0, 0};
    gate->why = NULL;
    if (gate->verdict == GATE_CANNOT_JUDGE) {
        gate->why = "the limit is inside the interval";
        gate->needs = judged_needs(&scaled, confidence, fabs(gate->over.low + gate->over.high) / 2);
    }
    gate->sees = (spec->limit.is_relative ? spec->limit.number * gate->judged.base : limit) +
                 judged_sees(&scaled, limit, confidence, GATES_POWER);
}

/* The largest site that the base does not have, in the mean of the runs. */
static void judge_new_sites(const struct judging *at, struct gate *gate, double confidence)
{
    uint32_t count = gate_rows_select(at->sides, GATE_NEW_SITES, NULL, at->rows);
    gate->site = 0;
    gate->judged = (struct judged){.judgement = JUDGED_SAME, .ratio = {NAN, NAN}, .p = 1};
    for (uint32_t i = 0; i < count; i++) {
        gate_rows_measure(at->sides, &at->rows[i], 1, gate->spec.metric, at->runs);
        struct judged judged = judge_scaled(at, 1, confidence);
        if (gate->site && judged.changed <= gate->judged.changed)
            continue;
        gate->site = at->rows[i];
        gate->judged = judged;
    }
    gate->over = (struct interval){gate->judged.interval.low - gate->spec.limit.number,
                                   gate->judged.interval.high - gate->spec.limit.number};
    gate->verdict = gate->judged.changed > gate->spec.limit.number    ? GATE_FAILS
                    : gate->judged.changed <= gate->spec.limit.number ? GATE_HOLDS
                                                                      : GATE_CANNOT_JUDGE;
    gate->sees = gate->spec.limit.number;
}

static void judge_one(const struct judging *at, struct gate *gate, double confidence)
{
    if (gate->spec.subject == GATE_NEW_SITES)
        judge_new_sites(at, gate, confidence);
    else if (is_of_peak_sites(&gate->spec) && !at->peaks)
        gate->judged = (struct judged){.judgement = JUDGED_SAME, .ratio = {NAN, NAN}, .p = 1};
    else
        judge_rows(at, gate, confidence);
    const char *why = hindrance(at->sides, &gate->spec);
    gate->is_hindered = why != NULL;
    gate->is_measured = !why && gate->spec.subject != GATE_NEW_SITES;
    if (why) {
        gate->verdict = GATE_CANNOT_JUDGE;
        gate->why = why;
    }
}

/* The error of one side of an interval is half of it: each gate looks at one end alone. */
static bool judge_all(const struct judging *at, struct gate *gates, size_t count)
{
    bool *has_failed = calloc(count + 1, sizeof *has_failed), has_memory = has_failed != NULL;
    size_t left = count;
    for (bool again = true; again && has_memory && left;) {
        again = false;
        double confidence = 1 - 2 * GATES_ERROR / (double)left;
        for (size_t i = 0; i < count; i++) {
            if (has_failed[i])
                continue;
            judge_one(at, &gates[i], confidence);
            if (gates[i].verdict == GATE_FAILS) {
                has_failed[i] = true;
                again = true;
            }
        }
        left = 0;
        for (size_t i = 0; i < count; i++)
            left += !has_failed[i];
    }
    free(has_failed);
    return has_memory;
}

/* --- the whole --- */

/* A gate that is given twice is judged once: a second test would only weaken the first. */
static bool is_repeated(const struct diff_options *options, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(options->gates[i], options->gates[index]) == 0)
            return true;
    return false;
}

static struct error *read_gate(struct gate *gate, const char *text)
{
    gate->text = strdup(text);
    struct error *error = gate_spec_parse(&gate->spec, text);
    gate->type = metric_value(gate->spec.metric);
    return error || gate->text ? error : error_no_memory();
}

static struct error *read_gates(const struct diff_options *options, struct gate *gates,
                                size_t *count)
{
    struct error *error = NULL;
    for (size_t i = 0; i < options->gate_count && !error; i++)
        if (!is_repeated(options, i))
            error = read_gate(&gates[(*count)++], options->gates[i]);
    return error;
}

/* Adds the same gate again, which is held to the best value. */
static struct error *hold_to(struct gate *gate, const char *text, const struct ratchet_entry *best)
{
    struct error *error = read_gate(gate, text);
    if (error)
        return error;
    free(gate->text);
    gate->is_ratchet = true;
    gate->best = best->value;
    gate->best_date = best->date;
    gate->best_commit = strdup(best->commit);
    if (asprintf(&gate->text, "%s against the best", text) < 0)
        gate->text = NULL;
    return gate->text && gate->best_commit ? NULL : error_no_memory();
}

static struct error *add_ratchet(const struct sides *sides, struct gate *gates, size_t *count)
{
    const struct diff_options *options = sides->options;
    struct ratchet ratchet;
    struct error *error = ratchet_read(&ratchet, options->ratchet, options->ratchet_update);
    size_t given = *count;
    for (size_t i = 0; i < given && !error; i++) {
        const struct ratchet_entry *best =
            ratchet_find(&ratchet, sides->program[1], &gates[i].spec, &error);
        if (best && gates[i].spec.subject != GATE_NEW_SITES)
            error = hold_to(&gates[(*count)++], gates[i].spec.text, best);
    }
    ratchet_deinit(&ratchet);
    return error;
}

/* *peaks is `room` where a gate is about sites at the peak, and all runs say what they held then.
 */
static struct error *read_peaks(const struct sides *sides, const struct gate *gates, size_t count,
                                struct sides *room, const struct sides **peaks)
{
    bool is_asked = false;
    for (size_t i = 0; i < count; i++)
        is_asked |= is_of_peak_sites(&gates[i].spec);
    if (!is_asked || peak_sides_missing(sides))
        return NULL;
    *peaks = room;
    return peak_sides_init(room, sides);
}

struct error *gates_judge(const struct sides *sides, struct gate **gates, size_t *count)
{
    const struct diff_options *options = sides->options;
    struct sides room;
    struct judging at = {.sides = sides};
    *gates = calloc(2 * options->gate_count + 1, sizeof **gates);
    *count = 0;
    struct error *error = *gates ? read_gates(options, *gates, count) : error_no_memory();
    if (!error && options->ratchet)
        error = add_ratchet(sides, *gates, count);
    if (!error)
        error = read_peaks(sides, *gates, *count, &room, &at.peaks);
    size_t rows = sides->comparison.rows.count, peak_rows = 0;
    if (!error && at.peaks)
        peak_rows = at.peaks->comparison.rows.count;
    at.rows = malloc(((rows > peak_rows ? rows : peak_rows) + 1) * sizeof *at.rows);
    at.runs = malloc((sides->run_count + 1) * sizeof *at.runs);
    if (!error && (!at.rows || !at.runs || !judge_all(&at, *gates, *count)))
        error = error_no_memory();
    if (at.peaks)
        peak_sides_deinit(&room);
    free(at.rows);
    free(at.runs);
    return error;
}

void gates_destroy(struct gate *gates, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        gate_spec_deinit(&gates[i].spec);
        free(gates[i].text);
        free(gates[i].best_commit);
    }
    free(gates);
}
