/* SPDX-License-Identifier: Apache-2.0
 *
 * A gate fails when the interval of what it looks at lies above its limit, holds when it lies
 * below, and cannot be judged when the limit is inside.  Several are corrected by Holm: as long as
 * one fails, the others are judged again at the level of those that are left.
 */
#include "tools/diff/gates.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/profile/distribution.h"
#include "tools/quantity.h"

/* --- reading --- */

static struct error *bad(const char *text, const char *what)
{
    return error_create("--fail-on: '%s': %s; try 'alloc_objects:+2%%', 'inuse_space:+1MiB', "
                        "'@REGEX:alloc_space:+0', 'module/REGEX:alloc_space:+5%%' or "
                        "'new-site:alloc_space:64KiB'",
                        text, what);
}

/* "+2%", "+1MiB", "64KiB", "+100". */
static bool read_limit(struct gate *gate, const char *text)
{
    char *end, number[64];
    uint64_t bytes;
    if (*text == '+')
        text++;
    size_t length = strlen(text);
    if (length == 0 || length >= sizeof number || *text == '-')
        return false;
    if (text[length - 1] == '%') {
        gate->limit = strtod(text, &end) / 100;
        gate->is_relative = true;
        return end == text + length - 1 && isfinite(gate->limit) && gate->limit >= 0;
    }
    memcpy(number, text, length + 1);
    if (length > 3 && strcmp(number + length - 2, "iB") == 0)
        number[length - 2] = '\0';
    else if (length > 1 && number[length - 1] == 'B')
        number[length - 1] = '\0';
    gate->limit = quantity_parse_bytes(number, &bytes) ? (double)bytes : NAN;
    return !isnan(gate->limit);
}

/* A regular expression may have colons: the value and the limit are what stands last. */
static struct error *read_gate(struct gate *gate, const char *text)
{
    static const char new_site[] = "new-site:", module[] = "module/";
    char *copy = strdup(text);
    struct error *error = copy ? NULL : error_no_memory();
    char *limit = copy ? strrchr(copy, ':') : NULL;
    gate->text = text;
    if (copy && !limit)
        error = bad(text, "it has no limit");
    char *value = NULL;
    if (!error) {
        *limit++ = '\0';
        value = strrchr(copy, ':');
        if (value)
            *value = '\0';
        int type = sides_find_value(value ? value + 1 : copy, strlen(value ? value + 1 : copy));
        if (type < 0)
            error = bad(text, "its value is unknown");
        else
            gate->type = (enum profile_value)type;
    }
    if (!error && !read_limit(gate, limit))
        error = bad(text, "its limit is not a size, a number or a percentage");
    if (!error && value) {
        const char *expression = NULL;
        if (copy[0] == '@') {
            gate->subject = GATE_FUNCTIONS;
            expression = copy + 1;
        } else if (strncmp(copy, module, sizeof module - 1) == 0) {
            gate->subject = GATE_MODULES;
            expression = copy + sizeof module - 1;
        } else if (strncmp(text, new_site, sizeof new_site - 1) == 0 && !strchr(copy, ':')) {
            gate->subject = GATE_NEW_SITES;
            if (gate->is_relative)
                error = bad(text, "what is new has no base to be a share of");
        } else {
            error = bad(text, "what it is about is neither @REGEX, module/REGEX nor new-site");
        }
        if (expression) {
            struct error *reason = pattern_create(expression, &gate->pattern);
            if (reason)
                error = bad(text, error_message(reason));
            error_destroy(reason);
        }
    }
    free(copy);
    return error;
}

/* --- judging --- */

static const char *name_of(const struct sides *sides, uint32_t row)
{
    const struct compare_row *of = &sides->comparison.rows.items[row];
    return site_table_text(&sides->table, of->kind == COMPARE_MODULE
                                              ? of->id
                                              : sides->table.functions.items[of->id].name);
}

/* The rows that a gate is about. */
static uint32_t select_rows(const struct sides *sides, const struct gate *gate, uint32_t *rows)
{
    const struct comparison *comparison = &sides->comparison;
    enum compare_kind kind = gate->subject == GATE_TOTAL       ? COMPARE_TOTAL
                             : gate->subject == GATE_FUNCTIONS ? COMPARE_FUNCTION
                                                               : COMPARE_MODULE;
    uint32_t count = 0;
    for (uint32_t row = comparison->first[kind]; row < comparison->first[kind + 1]; row++)
        if (kind == COMPARE_TOTAL || pattern_matches(gate->pattern, name_of(sides, row)))
            rows[count++] = row;
    return count;
}

/* Why a gate cannot be judged whatever the numbers are; NULL: it can. */
static const char *hindrance(const struct sides *sides, const struct gate *gate)
{
    if (sides->is_exact && sides->lost > GATES_LOST_MAX)
        return "a run lost more than 0.1 % of its events";
    if (!sides->is_exact && gate->subject == GATE_NEW_SITES)
        return "only exact runs (--interval 1) tell which sites are new";
    size_t least = sides->inputs[0].count < sides->inputs[1].count ? sides->inputs[0].count
                                                                   : sides->inputs[1].count;
    if (least < GATES_RUNS && !sides->options->one_run)
        return "it takes three runs a side (or --one-run)";
    return NULL;
}

static bool judge_rows(const struct sides *sides, struct gate *gate, double confidence,
                       uint32_t *rows)
{
    uint32_t count = select_rows(sides, gate, rows);
    double scale = gate->is_relative ? 1 + gate->limit : 1;
    struct judged scaled;
    if (!comparison_judge(&sides->comparison, rows, count, gate->type, 1, confidence,
                          &gate->judged) ||
        !comparison_judge(&sides->comparison, rows, count, gate->type, scale, confidence, &scaled))
        return false;
    double limit = gate->is_relative ? 0 : gate->limit;
    gate->over = (struct interval){scaled.interval.low - limit, scaled.interval.high - limit};
    gate->verdict = gate->over.low > 0     ? GATE_FAILS
                    : gate->over.high <= 0 ? GATE_HOLDS
                                           : GATE_CANNOT_JUDGE;
    gate->why = gate->verdict == GATE_CANNOT_JUDGE
                    ? "the limit is inside the interval: more runs or a smaller interval tell"
                    : NULL;
    /* What is over the limit by this much has its interval above it in 90 % of cases. */
    double reach = (gate->over.high - gate->over.low) / 2;
    double error = scaled.error > 0 ? scaled.error : 0;
    gate->sees = (gate->is_relative ? gate->limit * gate->judged.base : gate->limit) + reach +
                 normal_quantile(0.9) * error;
    return true;
}

/* The largest site that the base does not have, in the mean of the runs. */
static bool judge_new_sites(const struct sides *sides, struct gate *gate, double confidence)
{
    const struct comparison *comparison = &sides->comparison;
    gate->verdict = GATE_HOLDS;
    for (uint32_t row = comparison->first[COMPARE_SITE]; row < comparison->rows.count; row++) {
        if (comparison->rows.items[row].in_base)
            continue;
        struct judged judged;
        if (!comparison_judge(comparison, &row, 1, gate->type, 1, confidence, &judged))
            return false;
        if (gate->site && judged.changed <= gate->judged.changed)
            continue;
        gate->site = row;
        gate->judged = judged;
    }
    gate->over = (struct interval){gate->judged.interval.low - gate->limit,
                                   gate->judged.interval.high - gate->limit};
    if (gate->site && gate->judged.changed > gate->limit)
        gate->verdict = GATE_FAILS;
    gate->sees = gate->limit;
    return true;
}

static bool judge_one(const struct sides *sides, struct gate *gate, double confidence,
                      uint32_t *rows)
{
    bool has_memory = gate->subject == GATE_NEW_SITES ? judge_new_sites(sides, gate, confidence)
                                                      : judge_rows(sides, gate, confidence, rows);
    const char *why = hindrance(sides, gate);
    if (why) {
        gate->verdict = GATE_CANNOT_JUDGE;
        gate->why = why;
    }
    return has_memory;
}

/* The error of one side of an interval is half of it: each gate looks at one end alone. */
static bool judge_all(const struct sides *sides, struct gate *gates, size_t count, uint32_t *rows)
{
    bool *has_failed = calloc(count + 1, sizeof *has_failed), has_memory = has_failed != NULL;
    size_t left = count;
    for (bool again = true; again && has_memory && left;) {
        again = false;
        double confidence = 1 - 2 * GATES_ERROR / (double)left;
        for (size_t i = 0; i < count && has_memory; i++) {
            if (has_failed[i])
                continue;
            has_memory = judge_one(sides, &gates[i], confidence, rows);
            if (gates[i].verdict == GATE_FAILS) {
                has_failed[i] = true;
                again = true;
            }
        }
        left = 0;
        for (size_t i = 0; i < count && has_memory; i++)
            left += !has_failed[i];
    }
    free(has_failed);
    return has_memory;
}

struct error *gates_judge(const struct sides *sides, struct gate **gates, size_t *count)
{
    const struct diff_options *options = sides->options;
    *gates = calloc(options->gate_count + 1, sizeof **gates);
    *count = *gates ? options->gate_count : 0;
    struct error *error = *gates ? NULL : error_no_memory();
    for (size_t i = 0; i < *count && !error; i++)
        error = read_gate(&(*gates)[i], options->gates[i]);
    uint32_t *rows = malloc(((size_t)sides->comparison.rows.count + 1) * sizeof *rows);
    if (!error && (!rows || !judge_all(sides, *gates, *count, rows)))
        error = error_no_memory();
    free(rows);
    return error;
}

void gates_destroy(struct gate *gates, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pattern_destroy(gates[i].pattern);
    free(gates);
}
