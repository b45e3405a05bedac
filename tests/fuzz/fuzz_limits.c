/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a budget, as a ratchet and as a gate.  What is understood makes sense: limits are
 * numbers from 0 on, what is written for a number is not below it, and a ratchet is sorted.
 */
#include "fuzz_seed.h"
#include "tools/budget/budget.h"
#include "tools/gates/ratchet.h"
#include "tools/gates/spec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char budget_seed[] =
    "# why\nalloc_space prog* 64KiB until 2999-01-31 # a\npeak prog 1.5M # b\nallocs/op @^f 0.25 # "
    "c\n"
    "inuse_objects module/lib 7 # d\nignore @g until 2999-12-31 # e\nleak:h*i # f\n";
static const char ratchet_seed[] =
    "# best\nprog @a\\x20b:alloc_space 12 2026-01-02 abc\nprog peak 1.5 2026-01-02 abc\n";
static const char gate_seed[] = "@^f.*:g$:alloc_space:+1.5MiB";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_seed(*argc, *argv, "budget", budget_seed, sizeof(budget_seed) - 1);
    fuzz_seed(*argc, *argv, "ratchet", ratchet_seed, sizeof(ratchet_seed) - 1);
    fuzz_seed(*argc, *argv, "gate", gate_seed, sizeof(gate_seed) - 1);
    return 0;
}

static void check_limit(const struct limit *limit, enum metric metric, const char *like)
{
    char text[MEASURE_TEXT];
    struct limit again;
    if (!isfinite(limit->number) || limit->number < 0)
        abort();
    if (limit->is_relative || limit->number > 0x1p53)
        return;
    limit_text(text, metric, like, limit->number);
    if (!limit_parse(text, metric, &again) || again.is_relative || again.number < limit->number ||
        again.number > limit->number * 1.01 + 1)
        abort();
}

static void try_budget(const char *bytes, size_t count)
{
    struct budget budget;
    error_destroy(budget_parse(&budget, bytes, count, "fuzz", 20260101));
    size_t limits = 0;
    for (size_t i = 0; i < budget.count; i++) {
        const struct budget_line *line = &budget.lines[i];
        char like[64];
        if (line->kind != BUDGET_LIMIT || line->limit_length == 0)
            continue;
        limits++;
        if (line->limit_at + line->limit_length > strlen(line->text))
            abort();
        if (line->limit_length >= sizeof(like) || line->limit.is_relative || budget.problem_count)
            continue;
        memcpy(like, line->text + line->limit_at, line->limit_length);
        like[line->limit_length] = '\0';
        check_limit(&line->limit, line->metric, like);
    }
    if (budget.limit_count > limits)
        abort();
    budget_deinit(&budget);
}

static void try_ratchet(const char *bytes, size_t count)
{
    struct ratchet ratchet;
    struct error *error = ratchet_parse(&ratchet, bytes, count, "fuzz");
    for (size_t i = 0; i < ratchet.count; i++)
        if (!isfinite(ratchet.entries[i].value) || ratchet.entries[i].value < 0 ||
            (i && strcmp(ratchet.entries[i - 1].key, ratchet.entries[i].key) >= 0))
            abort();
    error_destroy(error);
    ratchet_deinit(&ratchet);
}

static void try_gate(const char *text)
{
    struct gate_spec spec;
    struct error *error = gate_spec_parse(&spec, text);
    if (!error) {
        if (spec.key_length >= strlen(text) || text[spec.key_length] != ':')
            abort();
        check_limit(&spec.limit, spec.metric, "1");
    }
    error_destroy(error);
    gate_spec_deinit(&spec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    try_budget((const char *)data, size);
    try_ratchet((const char *)data, size);
    try_gate(text);
    free(text);
    return 0;
}
