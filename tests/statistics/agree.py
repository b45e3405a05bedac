# SPDX-License-Identifier: Apache-2.0
"""agree.py ASK: compares every function of statistics.h, ranks.h and distribution.h with scipy, or with a
second derivation by scipy's root finders.  Exits with 1 and a line each where they differ."""
import itertools
import subprocess
import sys

import numpy as np
from scipy import optimize, special, stats

questions, wanted, tolerance = [], [], []


def ask(name, *numbers, want, within=1e-9):
    questions.append(" ".join([name] + [repr(float(n)) for n in numbers]))
    wanted.append(np.atleast_1d(np.asarray(want, float)))
    tolerance.append(within)


def mid_p(m, n, confidence):
    """The interval by its definition."""
    tail = (1 - confidence) / 2
    if m == 0:
        return 0, 1 - (1 - confidence) ** (1 / n)
    if m == n:
        return (1 - confidence) ** (1 / n), 1

    def at(p):
        return special.bdtr(m, n, p) - stats.binom.pmf(m, n, p) / 2
    return (optimize.brentq(lambda p: at(p) - (1 - tail), 0, m / n, xtol=1e-15),
            optimize.brentq(lambda p: at(p) - tail, m / n, 1, xtol=1e-15))


def functions():
    for a in (0.5, 1, 2.5, 30, 1e3, 1e6, 1e9):
        for b in (0.5, 1, 7, 1e4, 1e7):
            for x in (1e-8, 0.01, 0.3, 0.5, 0.9, 0.999999, a / (a + b)):
                ask("beta_cdf", x, a, b, want=stats.beta.cdf(x, a, b), within=1e-7)
            for p in (1e-6, 0.025, 0.5, 0.975):
                ask("beta_quantile", p, a, b, want=stats.beta.ppf(p, a, b), within=1e-6)
    for df in (1, 2, 3, 4.5, 9, 30, 1e3, 1e6):
        for p in (1e-5, 0.005, 0.025, 0.3, 0.5, 0.9, 0.995):
            ask("t_quantile", p, df, want=stats.t.ppf(p, df), within=1e-7)
        for t in (-30, -2, 0, 0.1, 3):
            ask("t_cdf", t, df, want=stats.t.cdf(t, df), within=1e-8)
    for p in (1e-12, 0.001, 0.025, 0.5, 0.8, 0.999):
        ask("normal_quantile", p, want=stats.norm.ppf(p))
    for n in (1, 10, 500, 10**6):
        for p in (1e-5, 0.2, 0.5, 0.97):
            for m in {0, 1, n // 3, n - 1, n}:
                ask("binomial_pmf", m, n, p, want=stats.binom.pmf(m, n, p), within=1e-7)
                ask("binomial_cdf", m, n, p, want=stats.binom.cdf(m, n, p), within=1e-7)


def profiles():
    for n in (1, 5, 40, 1000, 10**6, 10**8):
        for m in {0, 1, 2, n // 100, n // 2, n}:
            if m <= n:
                ask("share_interval", m, n, 0.95, want=mid_p(m, n, 0.95), within=1e-6)
    for m1, n1, m2, n2 in ((0, 50, 3, 60), (3, 40, 9, 38), (100, 1000, 130, 1100), (500, 900, 430, 870)):
        low1, high1 = (end * n1 for end in mid_p(m1, n1, 0.95))
        low2, high2 = (end * n2 for end in mid_p(m2, n2, 0.95))
        below = stats.binom.cdf(m2, m1 + m2, 0.5) - stats.binom.pmf(m2, m1 + m2, 0.5) / 2
        ask("judge_pair", m1, n1, m2, n2, 64, within=1e-6,
            want=(64 * (m2 - m1 - np.hypot(m2 - low2, high1 - m1)),
                  64 * (m2 - m1 + np.hypot(high2 - m2, m1 - low1)), 2 * min(below, 1 - below)))


def runs():
    rng = np.random.default_rng(1)
    for count in (2, 3, 5, 10):
        a, b = rng.normal(100, 5, count), rng.normal(104, 5, count + 1)
        result = stats.ttest_ind(b, a)
        error = (b.mean() - a.mean()) / result.statistic
        reach = error * stats.t.ppf(0.975, 2 * count - 1)
        ask("means_differ", count, *a, count + 1, *b, within=1e-7,
            want=(result.pvalue, b.mean() - a.mean() - reach, b.mean() - a.mean() + reach))


def ranks():
    rng = np.random.default_rng(3)
    for m, n in ((1, 1), (3, 3), (4, 4), (5, 7), (10, 10), (30, 30)):
        a, b = rng.normal(100, 5, m), rng.normal(106, 5, n)
        ask("rank_sum_p", m, *a, n, *b, want=stats.mannwhitneyu(a, b, method="exact").pvalue)
    for m, n in ((3, 3), (5, 5), (5, 7)):  # with ties: every way to choose the ranks of one side
        a, b = rng.integers(0, 4, m), rng.integers(1, 5, n)
        ranked = stats.rankdata([*a, *b])
        sums = np.array([sum(chosen) for chosen in itertools.combinations(ranked, m)])
        tail = min((sums <= ranked[:m].sum()).mean(), (sums >= ranked[:m].sum()).mean())
        ask("rank_sum_p", m, *a, n, *b, want=min(1, 2 * tail))
    a, b = rng.integers(0, 40, 50), rng.integers(3, 43, 60)
    ask("rank_sum_p", 50, *a, 60, *b, want=stats.mannwhitneyu(a, b, method="asymptotic").pvalue)
    ask("rank_sum_p", 5, *[7] * 5, 5, *[7] * 5, want=1)
    for count in (1, 5, 6, 9, 10, 25, 100):
        values = np.sort(rng.normal(100, 5, count))
        # The outermost ranks cover the most; of those that cover enough, the innermost.
        low = max((k for k in range(1, count // 2 + 1)
                   if stats.binom.cdf(count - k, count, 0.5) - stats.binom.cdf(k - 1, count, 0.5) >= 0.95),
                  default=0)
        ends = (values[low - 1], values[count - low]) if low else (-np.inf, np.inf)
        ask("median_of", count, *rng.permutation(values), 0.95, want=(np.median(values), *ends))


def corrections():
    rng = np.random.default_rng(2)
    for count in (1, 5, 40):
        p = rng.uniform(0, 1, count) ** 4
        order = np.argsort(p)
        hochberg = np.zeros(count)
        below = [rank for rank, i in enumerate(order) if p[i] <= 0.05 * (rank + 1) / count]
        hochberg[order[:below[-1] + 1 if below else 0]] = 1
        ask("benjamini_hochberg", 0.05, count, *p, want=hochberg)


for part in (functions, profiles, runs, ranks, corrections):
    part()
answers = subprocess.run([sys.argv[1]], input="\n".join(questions) + "\n", text=True, check=True,
                         capture_output=True).stdout.splitlines()
assert len(answers) == len(questions), (len(answers), len(questions))
wrong = 0
for question, line, want, within in zip(questions, answers, wanted, tolerance):
    got = np.array([float(word) for word in line.split()])
    if got.shape != want.shape or not np.allclose(got, want, rtol=within, atol=1e-15):
        wrong += 1
        print(f"{question[:120]}: wanted {want}, got {got}")
print(f"{len(questions)} questions, {wrong} wrong answers")
sys.exit(1 if wrong else 0)
