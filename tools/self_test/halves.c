/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/self_test/halves.h"

#include <stdlib.h>

#include "tools/diff/gate_rows.h"

/* Knuth's MMIX generator: which halves are drawn is the same each time. */
static size_t draw(uint64_t *state, size_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)((*state >> 33) % below);
}

/* The first half of `runs` becomes a random half. */
static void shuffle(struct measured *runs, size_t half, uint64_t *state)
{
    for (size_t i = 0; i < half; i++) {
        size_t other = i + draw(state, 2 * half - i);
        struct measured kept = runs[i];
        runs[i] = runs[other];
        runs[other] = kept;
    }
}

bool halves_judge(const struct sides *sides, const struct gate_spec *spec, struct halves *halves)
{
    size_t half = sides->inputs[0].count / 2;
    uint32_t *rows = malloc(((size_t)sides->comparison.rows.count + 1) * sizeof *rows);
    struct measured *runs = malloc((sides->run_count + 1) * sizeof *runs);
    bool has_memory = rows && runs;
    *halves = (struct halves){.comparisons = HALVES};
    if (has_memory) {
        uint32_t count = gate_rows_select(sides, spec->subject, spec->pattern, rows);
        gate_rows_measure(sides, rows, count, spec->metric, runs);
    }
    uint64_t state = 1;
    for (int i = 0; i < HALVES && has_memory; i++) {
        shuffle(runs, half, &state);
        struct side base = {runs, half, 0}, same = {runs + half, half, 0};
        struct side more = {runs + 2 * half, sides->run_count - 2 * half, 0};
        enum gate_verdict verdict = gate_compare(spec, &base, &same);
        halves->false_alarms += verdict == GATE_FAILS;
        halves->unsure += verdict == GATE_CANNOT_JUDGE;
        halves->found += gate_compare(spec, &base, &more) == GATE_FAILS;
    }
    free(rows);
    free(runs);
    return has_memory;
}
