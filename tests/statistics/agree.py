# SPDX-License-Identifier: Apache-2.0
"""agree.py ASK: compares every function of statistics.h and distribution.h with scipy, or with a
second derivation by scipy's root finders.  Exits with 1 and a line each where they differ."""
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


def score_interval(m1, n1, m2, n2, confidence):
    """Miettinen and Nurminen, the restricted estimate by maximizing the likelihood."""
    z = stats.norm.ppf((1 + confidence) / 2)

    def score(d):
        low, high = max(0, -d), min(1, 1 - d)

        def minus_log(p1):
            p2 = p1 + d
            return -(special.xlogy(m1, p1) + special.xlogy(n1 - m1, 1 - p1)
                     + special.xlogy(m2, p2) + special.xlogy(n2 - m2, 1 - p2))
        p1 = optimize.minimize_scalar(minus_log, bounds=(low, high), method="bounded",
                                      options={"xatol": 1e-13}).x
        p2 = p1 + d
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
        return (m2 / n2 - m1 / n1 - d) / np.sqrt(max(variance, 1e-300))
    seen = m2 / n2 - m1 / n1
    return (optimize.brentq(lambda d: score(d) - z, -1 + 1e-9, seen - 1e-12),
            optimize.brentq(lambda d: score(d) + z, seen + 1e-12, 1 - 1e-9))


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
    for x in (0.1, 0.5, 1, 2.5, 9.9, 10, 1234.5):
        ask("digamma", x, want=special.digamma(x))
        ask("trigamma", x, want=special.polygamma(1, x))
        ask("trigamma_inverse", float(special.polygamma(1, x)), want=x, within=1e-8)
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
    for m1, m2 in ((0, 3), (1, 1), (10, 14), (500, 430), (12, 0)):
        low, high = mid_p(m2, m1 + m2, 0.99)
        ask("ratio_interval", m1, m2, 2, 0.99, within=1e-6,
            want=(2 * low / (1 - low), 2 * high / (1 - high) if high < 1 else np.inf))
    for m1, n1, m2, n2 in ((3, 40, 9, 38), (100, 1000, 130, 1100), (1, 10, 1, 90), (2, 4000, 40, 3900)):
        ask("difference_interval", m1, n1, m2, n2, 0.95,
            want=score_interval(m1, n1, m2, n2, 0.95), within=1e-5)


def runs():
    rng = np.random.default_rng(1)
    for count in (2, 3, 5, 10):
        a, b = rng.normal(100, 5, count), rng.normal(104, 5, count + 1)
        result = stats.ttest_ind(b, a)
        error = (b.mean() - a.mean()) / result.statistic
        reach = error * stats.t.ppf(0.975, 2 * count - 1)
        ask("means_differ", count, *a, count + 1, *b, within=1e-7,
            want=(result.pvalue, b.mean() - a.mean() - reach, b.mean() - a.mean() + reach))
        ask("rank_sum_p", count, *a, count + 1, *b,
            want=stats.mannwhitneyu(a, b, method="exact").pvalue)
        a, b = np.round(a / 4), np.round(b / 4)
        if len(set([*a, *b])) < 2 * count + 1:
            ask("rank_sum_p", count, *a, count + 1, *b, within=1e-8,
                want=stats.mannwhitneyu(a, b, method="asymptotic").pvalue)
    # Variances of 4 degrees of freedom around one that has itself 6.
    for df_prior, variance in ((6, 50), (20, 3)):
        real = df_prior * variance / rng.chisquare(df_prior, 3000)
        ask("variance_prior", 4, 3000, *(real * rng.chisquare(4, 3000) / 4),
            want=(variance, df_prior), within=0.15)


def corrections():
    rng = np.random.default_rng(2)
    for count in (1, 5, 40):
        p = rng.uniform(0, 1, count) ** 4
        order = np.argsort(p)
        holm, hochberg = np.zeros(count), np.zeros(count)
        for rank, i in enumerate(order):
            if p[i] > 0.05 / (count - rank):
                break
            holm[i] = 1
        below = [rank for rank, i in enumerate(order) if p[i] <= 0.05 * (rank + 1) / count]
        hochberg[order[:below[-1] + 1 if below else 0]] = 1
        ask("holm", 0.05, count, *p, want=holm)
        ask("benjamini_hochberg", 0.05, count, *p, want=hochberg)


for part in (functions, profiles, runs, corrections):
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
