/* SPDX-License-Identifier: Apache-2.0
 *
 * trials COUNT: simulates sites of repeated runs, whose marks are binomial, and compares what a
 * gate says it sees in 90 % of cases with how often it fails in the next runs when the site grows
 * by that. A line for each kind of site: runs a side, interval, marks of the site and of a run,
 * what it varies by beyond sampling (as a share of the sampling variance; at interval 1 of its
 * value), the limit; how often the gate fails where nothing is over the limit, what it sees as a
 * share of the value, and how often it sees that.  The random numbers are the same every time.
 */
#include "collector/profile/distribution.h"
#include "collector/profile/judge.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define RUNS_MAX   16
#define CONFIDENCE 0.98 /* of one gate alone */
#define POWER      0.9
#define ALARMS     0.016 /* three noisy sampled runs a side have most, others 1 % */

struct kind {
    size_t runs;
    double interval, marks, all, noise, limit;
};

/* Sites that have a mark in ten runs up to half of all, of runs with 200 and 2000 marks. */
static const struct kind kinds[] = {
    {3, 1, 1000, 0, 0.02, 0},       {5, 1, 1000, 0, 0.02, 0},     {5, 1, 1000, 0, 0.1, 0.02},
    {10, 1, 1000, 0, 0.02, 0},      {5, 65536, 1, 2000, 0, 0},    {5, 65536, 20, 2000, 0, 0},
    {5, 65536, 20, 2000, 1, 0},     {5, 65536, 20, 2000, 10, 0},  {5, 65536, 100, 2000, 0, 0.02},
    {5, 65536, 900, 2000, 0, 0.02}, {3, 65536, 20, 2000, 0, 0},   {3, 65536, 20, 2000, 3, 0},
    {10, 65536, 20, 2000, 0, 0},    {5, 524288, 0.1, 200, 0, 0},  {5, 524288, 1, 200, 0, 0},
    {5, 524288, 5, 200, 0, 0},      {5, 524288, 5, 200, 1, 0.02}, {5, 524288, 20, 200, 0, 0},
    {3, 524288, 1, 200, 0, 0},      {1, 524288, 20, 200, 0, 0},
};

static uint64_t state;

static double uniform(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return ((double)((z ^ z >> 31) >> 11) + 0.5) * 0x1p-53;
}

static double normal(void)
{
    double u = uniform();
    return sqrt(-2 * log(u)) * cos(2 * acos(-1) * uniform());
}

static double binomial(double trials, double probability)
{
    double hits = 0;
    for (int i = 0; i < (int)trials; i++)
        hits += uniform() < probability;
    return hits;
}

/* Runs of a site that has so many marks more than its kind says. */
static void draw(const struct kind *kind, double more, struct measured *runs)
{
    bool is_exact = kind->interval <= 1;
    double spread = is_exact ? kind->noise * kind->marks : sqrt(kind->noise * kind->marks);
    for (size_t i = 0; i < kind->runs; i++) {
        double value = fmax(0, kind->marks + more + spread * normal());
        if (!is_exact)
            value = binomial(kind->all + more, fmin(1, value / (kind->all + more)));
        runs[i] = (struct measured){.value = value, .interval = kind->interval};
        if (is_exact)
            continue;
        runs[i].sampled = value;
        runs[i].per_mark = 1;
        runs[i].all = kind->all + more;
        runs[i].threads = 1;
    }
}

/* Whether the gate fails for a site that is over its limit by so much. */
static bool fails(const struct kind *kind, double over, double *sees)
{
    struct measured runs[2][RUNS_MAX];
    draw(kind, 0, runs[0]);
    draw(kind, kind->limit * kind->marks + over, runs[1]);
    struct side base = {runs[0], kind->runs, 0}, changed = {runs[1], kind->runs, 0};
    struct judged judged = judge(&base, &changed, 1 + kind->limit, NULL, CONFIDENCE);
    if (sees)
        *sees = judged_sees(&judged, 0, CONFIDENCE, POWER);
    return judged.interval.low > 0;
}

int main(int argc, char **argv)
{
    int trials = argc > 1 ? atoi(argv[1]) : 100, wrong = 0;
    /* Rates of so many trials are rates to within that. */
    double slack = 1.5 * sqrt(POWER * (1 - POWER) / trials);
    double alarm_slack = 2.5 * sqrt(ALARMS * (1 - ALARMS) / trials);
    puts("runs interval  marks of all  noise  limit   alarms   sees   of which it saw");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const struct kind *kind = &kinds[k];
        double sum = 0;
        int alarms = 0, seen = 0;
        state = k;
        for (int i = 0; i < trials; i++) {
            double sees;
            alarms += fails(kind, 0, &sees);
            seen += fails(kind, sees, NULL);
            sum += sees / trials;
        }
        double alarm_rate = (double)alarms / trials, seen_rate = (double)seen / trials;
        bool is_right =
            fabs(seen_rate - POWER) <= 0.05 + slack && alarm_rate <= ALARMS + alarm_slack;
        printf("%4zu %8g %6g %6g %6g %6g   %.4f %6.3f   %.3f%s\n", kind->runs, kind->interval,
               kind->marks, kind->all, kind->noise, kind->limit, alarm_rate, sum / kind->marks,
               seen_rate, is_right ? "" : "   <-- OUTSIDE");
        wrong += !is_right;
    }
    return wrong ? 1 : 0;
}
