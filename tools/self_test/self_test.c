/* SPDX-License-Identifier: Apache-2.0
 *
 * A gate that cannot fail is worse than none.  So the program is compared with itself, where no
 * gate may fail, and with itself and a few allocations more at one call site, where the gate on
 * that function must fail and the list of changes must name it.
 */
#include "tools/self_test/self_test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/profile/prune.h"
#include "tools/cli.h"
#include "tools/diff/report.h"
#include "tools/diff/words.h"
#include "tools/open.h"
#include "tools/self_test/halves.h"
#include "tools/self_test/trial.h"

#define TRIES 8 /* call sites: not every call goes through a table that can be changed */

struct self_test {
    const struct diff_options *options;
    struct trial trial;
    struct call_sites sites;
    const struct call_site *site; /* that is used */
    uint64_t made;                /* allocations there, a run */
    char **a, **b;                /* profiles: 2n, n */
    char *gate;                   /* on the site's function */
    const char **gates;           /* that, and those of the options */
    size_t gate_count;
};

/* --- the call site --- */

/* Tries call sites until it finds one at which more calls can be made. */
static struct error *try_sites(struct self_test *test)
{
    struct error *error = NULL;
    for (size_t i = 0; !error && !test->site && i < test->sites.count && i < TRIES; i++) {
        char *path = NULL;
        struct profile *profile;
        error = trial_run(&test->trial, "more", 1, &test->sites.items[i], &path);
        if (!error)
            error = open_profile(path, &profile);
        if (!error) {
            error = call_site_locate(&test->sites.items[i], profile, &test->made);
            test->site = test->made ? &test->sites.items[i] : NULL;
            profile_destroy(profile);
        }
        free(path);
    }
    return error;
}

/* An exact run says which call sites there are.  A further run for each says whether more calls
 * can be made there: first those that call an allocator or a wrapper, then those inside
 * wrappers, too. */
static struct error *find_site(struct self_test *test)
{
    char *path = NULL;
    struct error *error = trial_run(&test->trial, "calls", 1, NULL, &path);
    for (int prunes = 1; prunes >= 0 && !error && !test->site; prunes--) {
        struct profile *profile;
        call_sites_deinit(&test->sites);
        error = open_profile(path, &profile);
        if (error)
            break;
        error = prunes && !profile_prune_named(profile)
                    ? error_no_memory()
                    : call_sites_find(&test->sites, profile, TRIAL_EVERY);
        profile_destroy(profile);
        if (!error)
            error = try_sites(test);
    }
    free(path);
    if (!error && !test->site)
        error = error_create("%s: no call in it allocates %d times through a dynamic symbol; try "
                             "a longer run",
                             test->trial.program[0], TRIAL_EVERY);
    return error;
}

/* The gate allows half of what is added, so that runs of the same program are far below it, and
 * runs with the addition far above. */
static struct error *make_gates(struct self_test *test)
{
    const struct diff_options *options = test->options;
    test->gates = calloc(options->gate_count + 1, sizeof *test->gates);
    if (!test->gates || asprintf(&test->gate, "@^\\Q%s\\E$:alloc_objects:+%" PRIu64,
                                 test->site->name, test->made / 2) < 0) {
        test->gate = NULL;
        return error_no_memory();
    }
    test->gates[test->gate_count++] = test->gate;
    for (size_t i = 0; i < options->gate_count; i++)
        test->gates[test->gate_count++] = options->gates[i];
    return NULL;
}

/* --- the runs --- */

/* The runs take turns, so that whatever changes on the computer meanwhile is in all of them. */
static struct error *run_all(struct self_test *test)
{
    uint64_t runs = test->options->runs;
    struct error *error = NULL;
    test->a = calloc(2 * runs + 1, sizeof(char *));
    test->b = calloc(runs + 1, sizeof(char *));
    if (!test->a || !test->b)
        return error_no_memory();
    for (uint64_t i = 0; i < 3 * runs && !error; i++) {
        uint64_t turn = i / 3;
        char name[40], **path = i % 3 == 2 ? &test->b[turn] : &test->a[turn + (i % 3) * runs];
        snprintf(name, sizeof name, "run%" PRIu64, i);
        error = trial_run(&test->trial, name, test->options->interval,
                          i % 3 == 2 ? test->site : NULL, path);
    }
    return error;
}

/* --- the comparisons --- */

static const char *leaf_name(const struct sides *sides, uint32_t row)
{
    const struct site_table *table = &sides->table;
    uint32_t path = table->site_paths.items[sides->comparison.rows.items[row].id];
    return site_table_text(table, table->functions.items[site_table_function(table, path)].name);
}

static bool is_named(const struct report *report, const struct self_test *test, uint32_t *place)
{
    const struct report_rows *rows = &report->rows[COMPARE_SITE];
    for (*place = 0; *place < rows->count; ++*place) {
        const struct report_row *row = &rows->items[*place];
        if (strcmp(leaf_name(report->sides, row->row), test->site->name) == 0 &&
            row->judged.changed > row->judged.base)
            return true;
    }
    return false;
}

static void print_gate(const struct report *report, const struct gate *gate)
{
    char *found = words_gate(report, gate);
    fputs("  Gate ", stdout);
    cli_put(gate->text, 0);
    printf(" %s: ", words_gates[gate->verdict]);
    cli_put(found ? found : "out of memory", 0);
    puts(".");
    free(found);
}

/* One comparison, as `memprof diff` makes it.  *status: 0 as it should be. */
static struct error *compare(const struct self_test *test, char **base, char **changed,
                             bool is_same, int *status)
{
    struct diff_options options = *test->options;
    options.type = "alloc_objects";
    options.fold_templates = false; /* the gate is on a whole name */
    options.gates = test->gates;
    options.gate_count = test->gate_count;
    options.base = base;
    options.changed = changed;
    options.base_count = options.changed_count = test->options->runs;
    struct sides sides;
    struct report report = {.sides = &sides};
    struct error *error = sides_init(&sides, &options);
    if (!error)
        error = report_init(&report, &sides);
    if (!error) {
        uint32_t place;
        puts(is_same ? "The program against itself:" : "The program against itself with more:");
        for (size_t i = 0; i < report.gate_count; i++)
            print_gate(&report, &report.gates[i]);
        *status = is_same                                 ? report_status(&report)
                  : report.gates[0].verdict == GATE_FAILS ? CLI_DONE
                  : report.gates[0].verdict == GATE_HOLDS ? CLI_NO
                                                          : CLI_CANNOT;
        if (!is_same && !is_named(&report, test, &place)) {
            puts("  The call site is not among those that changed.");
            *status = *status ? *status : CLI_NO;
        } else if (!is_same) {
            printf("  The call site is number %" PRIu32 " of %" PRIu32 " that changed.\n",
                   place + 1, report.rows[COMPARE_SITE].count);
        }
    }
    report_deinit(&report);
    sides_deinit(&sides);
    return error;
}

/* What the gates say of other halves of the same runs. */
static struct error *print_halves(const struct self_test *test)
{
    struct diff_options options = *test->options;
    options.type = "alloc_objects";
    options.fold_templates = false; /* the gate is on a whole name */
    options.base = test->a;
    options.changed = test->b;
    options.base_count = 2 * options.runs;
    options.changed_count = options.runs;
    struct sides sides;
    struct error *error = sides_init(&sides, &options);
    if (!error)
        printf("Of %d ways to take half of the runs:\n", HALVES);
    for (size_t i = 0; i < test->gate_count && !error; i++) {
        struct gate_spec spec;
        struct halves halves;
        error = gate_spec_parse(&spec, test->gates[i]);
        if (!error && spec.subject != GATE_NEW_SITES && !halves_judge(&sides, &spec, &halves))
            error = error_no_memory();
        if (!error && spec.subject != GATE_NEW_SITES) {
            fputs("  Gate ", stdout);
            cli_put(test->gates[i], 0);
            printf(": %" PRIu32 " false alarms, %" PRIu32 " could not be judged; found %" PRIu32
                   " times (%.0f %%).\n",
                   halves.false_alarms, halves.unsure, halves.found,
                   100. * halves.found / halves.comparisons);
        }
        gate_spec_deinit(&spec);
    }
    sides_deinit(&sides);
    return error;
}

/* --- the whole --- */

static void print_head(const struct self_test *test)
{
    const struct call_site *site = test->site;
    fputs("Self-test of ", stdout);
    cli_put(test->trial.program[0], 0);
    printf(": %" PRIu64 " runs a side at interval %" PRIu64 ".\nMore: %" PRIu64
           " allocations of %d bytes, one in %d calls, in ",
           test->options->runs, test->options->interval, test->made, TRIAL_BYTES, TRIAL_EVERY);
    cli_put(site->function, 0);
    if (*site->source) {
        fputs(" (", stdout);
        cli_put(site->source, 0);
        printf(":%" PRId32 ")", site->line);
    }
    puts(".");
}

static struct error *run(struct self_test *test, int *status)
{
    int same = CLI_CANNOT, more = CLI_CANNOT;
    struct error *error = trial_init(&test->trial, test->options->program);
    if (!error)
        error = find_site(test);
    if (!error)
        error = make_gates(test);
    if (!error) {
        print_head(test);
        error = run_all(test);
    }
    if (!error)
        error = compare(test, test->a, test->a + test->options->runs, true, &same);
    if (!error)
        error = compare(test, test->a, test->b, false, &more);
    if (!error)
        error = print_halves(test);
    *status = same == CLI_NO || more == CLI_NO ? CLI_NO : same ? same : more;
    if (!error)
        puts(*status == CLI_DONE ? "Passed: what is the same holds, and what is more is found."
             : same == CLI_NO    ? "FAILED: a gate fails although nothing changed."
             : more == CLI_NO    ? "FAILED: what is more was not found."
                                 : "Cannot tell: more runs or a smaller interval do.");
    return error;
}

int self_test(const struct diff_options *options)
{
    struct self_test test = {.options = options};
    int status = CLI_CANNOT;
    struct error *error = run(&test, &status);
    for (uint64_t i = 0; test.a && i < 2 * options->runs; i++)
        free(test.a[i]);
    for (uint64_t i = 0; test.b && i < options->runs; i++)
        free(test.b[i]);
    free(test.a);
    free(test.b);
    free(test.gate);
    free((void *)test.gates);
    call_sites_deinit(&test.sites);
    trial_deinit(&test.trial);
    return error ? cli_fail(DIFF_COMMAND, error) : cli_finish(DIFF_COMMAND, status);
}
