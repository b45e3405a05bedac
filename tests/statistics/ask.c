/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers what statistics.h and distribution.h compute: each line of standard input is a
 * function's name and its numbers, each line of output what it gives.  Lists of values are
 * preceded by their count.
 */
#include "collector/profile/distribution.h"
#include "collector/profile/judge.h"
#include "collector/profile/ranks.h"
#include "collector/profile/ratio.h"
#include "collector/profile/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS_MAX 8192

static double numbers[NUMBERS_MAX];

static void two(struct interval interval)
{
    printf("%.17g %.17g\n", interval.low, interval.high);
}

/* A list whose count is at `at`; the first number behind it. */
static const double *list(size_t *at, size_t *count)
{
    const double *first = numbers + *at + 1;
    *count = (size_t)numbers[*at];
    *at += *count + 1;
    return first;
}

static void found(void)
{
    size_t at = 1, count;
    const double *p = list(&at, &count);
    bool *is_found = calloc(count + 1, sizeof(*is_found));
    if (benjamini_hochberg(p, count, numbers[0], is_found))
        for (size_t i = 0; i < count; i++)
            printf("%d%c", is_found[i], i + 1 < count ? ' ' : '\n');
    free(is_found);
}

/* Whether to shrink, rows, runs of each side, and the values row by row: the p of each row. */
static void judge_rows(const double *n)
{
    size_t rows = (size_t)n[1], base = (size_t)n[2], runs = base + (size_t)n[3];
    struct measured *all = calloc(rows * runs + 1, sizeof(*all));
    struct variance_row *variances = calloc(rows + 1, sizeof(*variances));
    for (size_t i = 0; i < rows * runs; i++)
        all[i] = (struct measured){.value = n[4 + i], .interval = 1};
    for (size_t row = 0; row < rows; row++) {
        struct side a = {all + row * runs, base, 0}, b = {a.runs + base, runs - base, 0};
        variances[row] = judge_variance(&a, &b);
    }
    struct variance_prior prior = variance_prior_fit(variances, rows);
    for (size_t row = 0; row < rows; row++) {
        struct side a = {all + row * runs, base, 0}, b = {a.runs + base, runs - base, 0};
        struct judged judged = judge(&a, &b, 1, n[0] ? &prior : NULL, JUDGE_NO_INTERVAL);
        printf("%.17g%c", judged.p, row + 1 < rows ? ' ' : '\n');
    }
    free(variances);
    free(all);
}

static bool answer(const char *name, const double *n)
{
    size_t at = 0, a_count, b_count;
    const struct {
        const char *name;
        double (*function)(double x, double a, double b);
    } of_three[] = {
        {"beta_cdf", beta_cdf}, {"binomial_pmf", binomial_pmf}, {"binomial_cdf", binomial_cdf}};
    for (size_t i = 0; i < sizeof(of_three) / sizeof(*of_three); i++)
        if (strcmp(name, of_three[i].name) == 0)
            return printf("%.17g\n", of_three[i].function(n[0], n[1], n[2])) > 0;
    if (strcmp(name, "t_cdf") == 0)
        printf("%.17g\n", t_cdf(n[0], n[1]));
    else if (strcmp(name, "t_quantile") == 0)
        printf("%.17g\n", t_quantile(n[0], n[1]));
    else if (strcmp(name, "normal_quantile") == 0)
        printf("%.17g\n", normal_quantile(n[0]));
    else if (strcmp(name, "share_interval") == 0)
        two(share_interval(n[0], n[1], n[2]));
    else if (strcmp(name, "digamma") == 0)
        printf("%.17g\n", digamma(n[0]));
    else if (strcmp(name, "trigamma") == 0)
        printf("%.17g\n", trigamma(n[0]));
    else if (strcmp(name, "trigamma_inverse") == 0)
        printf("%.17g\n", trigamma_inverse(n[0]));
    else if (strcmp(name, "measured_interval") == 0) { /* marks, all, threads, whole */
        struct measured one = {512 * n[0], 512 * n[0], 512, n[1], n[2], 512, n[3] != 0};
        two(measured_interval(&one, 0.95));
    } else if (strcmp(name, "judge_runs") == 0) { /* sampling variance and seeds of each, values */
        at = 4;
        const double *a = list(&at, &a_count), *b = list(&at, &b_count);
        struct runs of_a = runs_of(a, a_count), of_b = runs_of(b, b_count);
        struct between between = runs_between(&of_a, &of_b);
        struct sampling of_both[] = {{n[0], (size_t)n[1]}, {n[2], (size_t)n[3]}};
        struct mean_difference d = means_differ(&of_a, &of_b, &between, &of_both[0], &of_both[1]);
        double reach = d.error * t_quantile(0.975, d.df);
        printf("%.17g %.17g %.17g\n", d.p, d.difference - reach, d.difference + reach);
    } else if (strcmp(name, "judge_pair") == 0) { /* marks and all of each side, interval */
        struct measured one[2];
        for (int i = 0; i < 2; i++) {
            double bytes = n[2 * i] * n[4];
            one[i] = (struct measured){bytes, bytes, n[4], n[2 * i + 1], 0, n[4], false};
        }
        struct side base = {&one[0], 1, 1}, changed = {&one[1], 1, 1};
        struct judged judged = judge(&base, &changed, 1, NULL, 0.95);
        printf("%.17g %.17g %.17g ", judged.interval.low, judged.interval.high, judged.p);
        two(judged.ratio);
    } else if (strcmp(name, "ratio_of_marks") == 0) {
        two(ratio_of_marks(n[0], n[1], n[2]));
    } else if (strcmp(name, "ratio_of_values") == 0) { /* value and interval of each */
        two(ratio_of_values(n[0], (struct interval){n[1], n[2]}, n[3],
                            (struct interval){n[4], n[5]}));
    } else if (strcmp(name, "prior") == 0) { /* df, variances; sizes are 1, 2, ... */
        at = 1;
        const double *variances = list(&at, &a_count);
        struct variance_row *rows = calloc(a_count + 1, sizeof(*rows));
        for (size_t i = 0; rows && i < a_count; i++)
            rows[i] = (struct variance_row){(double)(i + 1), {variances[i], n[0]}};
        struct variance_prior prior = variance_prior_fit(rows, a_count);
        free(rows);
        printf("%.17g %.17g %.17g\n", exp(prior.intercept), prior.slope, prior.df);
    } else if (strcmp(name, "sees") == 0) { /* runs, variance and df between, sampling, growth */
        struct spread_side side = {(size_t)n[0], {n[3], (size_t)n[0]}};
        struct spread spread = {{n[1], n[2]}, {side, side}, 0, n[4], 0};
        printf("%.17g\n", spread_sees(&spread, n[5], n[6], n[7])); /* limit, confidence, power */
    } else if (strcmp(name, "rank_sum_p") == 0) {
        const double *a = list(&at, &a_count), *b = list(&at, &b_count);
        printf("%.17g\n", rank_sum_p(a, a_count, b, b_count));
    } else if (strcmp(name, "median_of") == 0) {
        const double *a = list(&at, &a_count);
        struct median median = median_of(a, a_count, numbers[at]);
        printf("%.17g %.17g %.17g\n", median.value, median.interval.low, median.interval.high);
    } else if (strcmp(name, "rows") == 0)
        judge_rows(n);
    else if (strcmp(name, "benjamini_hochberg") == 0)
        found();
    else
        return false;
    return true;
}

int main(void)
{
    char *line = NULL, *rest;
    size_t bytes = 0;
    while (getline(&line, &bytes, stdin) > 0) {
        const char *name = strtok_r(line, " \n", &rest);
        size_t count = 0;
        for (char *word; count < NUMBERS_MAX && (word = strtok_r(NULL, " \n", &rest));)
            numbers[count++] = strtod(word, NULL);
        if (!name || !answer(name, numbers))
            return 2;
    }
    free(line);
    return 0;
}
