/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/tune/print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/columns.h"
#include "tools/measure.h"
#include "tools/shell.h"

#define WORTH 0.1 /* of what is resident at the peak: less that is held is not worth a setting */

/* --- is it worth it --- */

static void put_worth(const struct tune_runs *runs, const struct tune_options *options)
{
    const struct tune_peak *peak = &runs->peak;
    char rss[MEASURE_TEXT], part[MEASURE_TEXT];
    if (!peak->is_known) {
        puts(options->library
                 ? "Whether it is worth tuning is not known: the program ended before it was "
                   "looked at, or cannot be recorded."
                 : "Whether it is worth tuning is not known without a recording (--plain).");
        return;
    }
    double held = fmax((double)peak->allocator_rss - (double)peak->live, 0);
    double share = held / (double)peak->rss;
    if (share >= WORTH)
        printf(
            "Worth tuning: of %s resident at the peak %s (%.0f %%) are held by the allocator and "
            "not live.\n",
            measure_bytes(rss, peak->rss), measure_bytes(part, (uint64_t)held), 100 * share);
    else
        printf("Hardly worth tuning: of %s resident at the peak %s (%.0f %%) are live, and %.0f %% "
               "held by the allocator: the program holds it: see 'memprof report'.\n",
               measure_bytes(rss, peak->rss), measure_bytes(part, peak->live),
               100 * (double)peak->live / (double)peak->rss, 100 * share);
}

/* --- the table --- */

static const char *value_text(char text[static MEASURE_TEXT], enum tune_value value, double number)
{
    if (isnan(number))
        snprintf(text, MEASURE_TEXT, "?");
    else if (value == TUNE_PEAK || value == TUNE_END)
        measure_bytes(text, (uint64_t)number);
    else if (value == TUNE_FAULTS)
        snprintf(text, MEASURE_TEXT, "%.0f", number);
    else
        snprintf(text, MEASURE_TEXT, "%.0f ms", number / 1e6);
    return text;
}

static void add_value(struct columns *columns, const struct tune_row *row, enum tune_value value)
{
    const struct tune_number *number = &row->numbers[value];
    char text[MEASURE_TEXT], whole[2 * MEASURE_TEXT];
    snprintf(whole, sizeof whole, "%s +-%.0f %%", value_text(text, value, number->mean),
             number->mean > 0 ? 100 * number->deviation / number->mean : 0);
    columns_add(columns, isnan(number->mean) ? "?" : whole);
}

static void add_change(struct columns *columns, const struct tune_row *row, enum tune_value value)
{
    const struct tune_number *number = &row->numbers[value];
    char text[MEASURE_TEXT];
    snprintf(text, sizeof text, "%+.0f %%", 100 * number->change);
    columns_add(columns, row->setting == 0 ? "" : number->is_different ? text : "noise");
}

static void put_table(const struct tune_settings *settings, const struct tune_verdict *verdict)
{
    static const struct column shape[] = {{"", COLUMN_LEFT, 0, 0},
                                          {"SETTING", COLUMN_LEFT, 0, 0},
                                          {"PEAK RSS", COLUMN_RIGHT, 0, 0},
                                          {"CHANGE", COLUMN_RIGHT, 0, 0},
                                          {"AT THE END", COLUMN_RIGHT, 0, 0},
                                          {"CPU", COLUMN_RIGHT, 0, 0},
                                          {"CHANGE", COLUMN_RIGHT, 0, 0},
                                          {"WALL", COLUMN_RIGHT, 0, 0},
                                          {"FAULTS", COLUMN_RIGHT, 0, 0}};
    struct columns columns;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "  ");
    for (size_t i = 0; i < verdict->count; i++) {
        const struct tune_row *row = &verdict->rows[i];
        columns_add(&columns, row->is_best ? "*" : "");
        columns_add(&columns, settings->items[row->setting].name);
        add_value(&columns, row, TUNE_PEAK);
        add_change(&columns, row, TUNE_PEAK);
        add_value(&columns, row, TUNE_END);
        add_value(&columns, row, TUNE_CPU);
        add_change(&columns, row, TUNE_CPU);
        add_value(&columns, row, TUNE_WALL);
        add_value(&columns, row, TUNE_FAULTS);
    }
    columns_print(&columns, stdout);
    columns_deinit(&columns);
}

/* --- what to use --- */

/* The variables as they were in those runs, with what the user's environment has in them, too. */
static bool put_environment(const struct tune_setting *setting, const struct tune_options *options)
{
    struct error *error = tune_settings_apply(setting, NULL);
    bool is_done = !error;
    error_destroy(error);
    fputs(" ", stdout);
    for (size_t i = 0; is_done && i < setting->variable_count; i++) {
        size_t length = strcspn(setting->variables[i], "=");
        char *name = strndup(setting->variables[i], length);
        const char *value = name ? getenv(name) : NULL;
        is_done = name != NULL;
        printf(" %.*s=", (int)length, setting->variables[i]);
        shell_put_quoted(stdout, value ? value : "");
        free(name);
    }
    for (char **word = options->argv; *word; word++) {
        putchar(' ');
        shell_put_quoted(stdout, *word);
    }
    putchar('\n');
    tune_settings_restore();
    return is_done;
}

static const struct tune_row *row_of(const struct tune_verdict *verdict, size_t setting)
{
    for (size_t i = 0; i < verdict->count; i++)
        if (verdict->rows[i].setting == setting)
            return &verdict->rows[i];
    return NULL;
}

static bool put_recommended(const struct tune_settings *settings,
                            const struct tune_options *options, const struct tune_verdict *verdict)
{
    const struct tune_row *row = row_of(verdict, verdict->recommended);
    if (verdict->recommended == 0 || !row) {
        puts("None is recommended: no setting lowers the peak by 5 % and by more than the noise "
             "without taking more time.");
        return true;
    }
    const struct tune_number *cpu = &row->numbers[TUNE_CPU];
    printf("Recommended: %s, whose peak is %.0f %% lower, ", settings->items[row->setting].name,
           -100 * row->numbers[TUNE_PEAK].change);
    if (cpu->is_different)
        printf("at %+.0f %% of processor time:\n", 100 * cpu->change);
    else
        puts("at the same processor time as far as the runs tell:");
    return put_environment(&settings->items[row->setting], options);
}

bool tune_print(const struct tune_settings *settings, const struct tune_options *options,
                const struct tune_runs *runs, const struct tune_verdict *verdict)
{
    put_worth(runs, options);
    printf("%zu runs of each by turns, after one to warm up%s:\n", runs->count,
           options->library ? ", recorded" : "");
    put_table(settings, verdict);
    for (size_t i = 0; i < settings->count; i++)
        if (runs->failed[i])
            printf("  %s is left out: the program fails with it.\n", settings->items[i].name);
    puts("+- is the standard deviation of a run; noise is what may be chance, all comparisons "
         "considered;\n* no other setting has both a lower peak and less processor time.");
    return put_recommended(settings, options, verdict);
}
