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
        share_low, share_high = mid_p(m2, m1 + m2, 0.95)
        ask("judge_pair", m1, n1, m2, n2, 64, within=1e-6,
            want=(64 * (m2 - m1 - np.hypot(m2 - low2, high1 - m1)),
                  64 * (m2 - m1 + np.hypot(high2 - m2, m1 - low1)), 2 * min(below, 1 - below),
                  share_low / (1 - share_low), share_high / (1 - share_high) if m1 else np.inf))


def ratios():
    for m1, m2 in ((0, 3), (3, 0), (5, 9), (400, 300)):
        low, high = mid_p(m2, m1 + m2, 0.95)
        ask("ratio_of_marks", m1, m2, 0.95, within=1e-6, want=(low / (1 - low), high / (1 - high) if m1 else np.inf))
    # The ratios for which the interval of the difference ends in 0.
    for x, x_low, x_high, y, y_low, y_high in ((100, 80, 125, 130, 100, 170), (100, 100, 100, 130, 120, 140),
                                               (100, 90, 110, 130, 130, 130), (50, 5, 140, 60, 20, 110)):
        def below(ratio):
            return y - ratio * x - np.hypot(y - y_low, ratio * (x_high - x))

        def above(ratio):
            return y - ratio * x + np.hypot(y_high - y, ratio * (x - x_low))
        ask("ratio_of_values", x, x_low, x_high, y, y_low, y_high, within=1e-7,
            want=(optimize.brentq(below, 0, y / x), optimize.brentq(above, y / x, 1e4)))
    ask("ratio_of_values", 100, -5, 205, 130, -5, 265, want=(0, np.inf))
    # Fieller's theorem, for means with a common t.
    x, y, e1, e2, t = 100, 130, 4, 6, 2.3
    g = (t * e1 / x) ** 2
    reach = t / x * np.sqrt(e2 ** 2 + (y / x * e1) ** 2 - g * e2 ** 2)
    ask("ratio_of_values", x, x - t * e1, x + t * e1, y, y - t * e2, y + t * e2,
        want=((y / x - reach) / (1 - g), (y / x + reach) / (1 - g)))


def one_profile():
    z = stats.norm.ppf(0.975)
    for m, n, threads in ((0, 50, 1), (3, 40, 1), (200, 400, 8), (990, 1000, 3)):
        low, high = (end * n for end in mid_p(m, n, 0.95))
        ends = z * m / n * np.sqrt(threads / 6)
        ask("measured_interval", m, n, threads, 0, within=1e-6,
            want=(512 * (m - np.hypot(m - low, ends)), 512 * (m + np.hypot(high - m, ends))))
    ask("measured_interval", 300, 300, 4, 1, want=512 * (300 + z * np.sqrt(4 / 6) * np.array([-1, 1])))
    # Threads that have a mark or two: all of their marks are as good as independent.
    ask("measured_interval", 300, 300, 200, 1, want=512 * (300 + z * np.sqrt(300) * np.array([-1, 1])))
    # Independent marks: the interval of a Poisson distribution's mean, mid-P as well.
    for m in (0, 1, 20):
        def at(mean, m=m):
            return stats.poisson.cdf(m, mean) - stats.poisson.pmf(m, mean) / 2
        low = optimize.brentq(lambda mean: at(mean) - 0.975, 1e-9, m) if m else 0
        high = optimize.brentq(lambda mean: at(mean) - 0.025, m, 100) if m else -np.log(0.05)
        ask("measured_interval", m, np.inf, 1, 0, want=(512 * low, 512 * high), within=1e-4)


def runs():
    rng = np.random.default_rng(1)
    for count in (2, 3, 5, 10):
        a, b = rng.normal(100, 5, count), rng.normal(104, 5, count + 1)
        result = stats.ttest_ind(b, a)
        error = (b.mean() - a.mean()) / result.statistic
        reach = error * stats.t.ppf(0.975, 2 * count - 1)
        ask("judge_runs", 0, 1, 0, 1, count, *a, count + 1, *b, within=1e-7,
            want=(result.pvalue, b.mean() - a.mean() - reach, b.mean() - a.mean() + reach))
        # Sampling varies more than the runs do: its variance is known, and the normal's.
        error = np.sqrt(900 / count + 1600 / (count + 1))
        ask("judge_runs", 900, count, 1600, count + 1, count, *a, count + 1, *b, within=1e-7,
            want=(2 * stats.norm.cdf(-abs(b.mean() - a.mean()) / error),
                  *(b.mean() - a.mean() + stats.norm.ppf(0.975) * error * np.array([-1, 1]))))
        # All runs of a side share a seed: their sampling error is one, and no variance has it.
        pooled = ((count - 1) * a.var(ddof=1) + count * b.var(ddof=1)) / (2 * count - 1)
        own = pooled * (1 / count + 1 / (count + 1))
        error, df = np.sqrt(own + 2500), (2 * count - 1) * ((own + 2500) / own) ** 2
        ask("judge_runs", 900, 1, 1600, 1, count, *a, count + 1, *b, within=1e-7,
            want=(2 * stats.t.cdf(-abs(b.mean() - a.mean()) / error, df),
                  *(b.mean() - a.mean() + stats.t.ppf(0.975, df) * error * np.array([-1, 1]))))
    # A side whose runs are all equal says nothing of the variance.
    a, b = [7.0] * 5, [7.0, 9, 9, 9, 9]
    error, df = np.sqrt(np.var(b, ddof=1) * (1 / 5 + 1 / 5)), 4
    ask("judge_runs", 0, 1, 0, 1, 5, *a, 5, *b,
        want=(2 * stats.t.cdf(-1.6 / error, df), *(1.6 + stats.t.ppf(0.975, df) * error * np.array([-1, 1]))))


def shrinkage():
    for x in (0.1, 0.5, 1, 2.5, 9.9, 10, 1234.5):
        ask("digamma", x, want=special.digamma(x))
        ask("trigamma", x, want=special.polygamma(1, x))
        ask("trigamma_inverse", float(special.polygamma(1, x)), want=x, within=1e-8)
    # Variances of 4 degrees of freedom, of sites whose own have 6 around 50 sqrt(size).
    rng = np.random.default_rng(1)
    for df_prior, variance, slope in ((6, 50, 0.5), (10, 3, 1)):
        size = np.arange(1, 6001)
        real = df_prior * variance * size ** slope / rng.chisquare(df_prior, len(size))
        ask("prior", 4, len(size), *(real * rng.chisquare(4, len(size)) / 4),
            want=(variance, slope, df_prior), within=0.2)


def seen_of_estimated(c, df):
    """The mean power of a change of c estimated standard errors, over the estimates of both experiments."""
    seen = stats.chi2.ppf((np.arange(500) + 0.5) / 500, df) / df
    return stats.nct.sf(stats.t.ppf(0.99, df), df, c * np.sqrt(seen)).mean()


def seen_of_sampled(over, n, seen, df, sampled, growth):
    """The same where sampling has a known part, by sums over fine grids."""
    real = np.append(sampled, np.exp(np.linspace(np.log(sampled), np.log(max(seen, sampled)) + 40 / df, 401)[1:]))
    weight = np.append(16 / df, np.full(400, np.log(real[-1] / sampled) / 400))
    weight *= np.exp(-df / 2 * (np.log(real) + seen / real))
    grown = sampled + growth * over
    varies = real - sampled + (sampled + grown) / 2
    chosen = weight > 1e-9 * weight.max()
    estimates = stats.chi2.ppf((np.arange(60) + 0.5) / 60, df) / df
    between = np.outer(varies[chosen], estimates) / n
    place = np.zeros_like(between)
    shares = np.linspace(0.002, 1, 500)
    quantiles = stats.t.ppf(0.99, df / shares ** 2)
    for _ in range(20):
        sides = (sampled / n, (sampled + growth * place) / n)
        taken = sum(np.maximum(between, side) for side in sides)
        told = sum(np.where(between > side, between, 0) for side in sides)
        place = np.interp(told / taken, shares, quantiles) * np.sqrt(taken)
    power = stats.norm.cdf((over - place) / np.sqrt(2 * varies[chosen] / n)[:, None]).mean(1)
    return (weight[chosen] * power).sum() / weight[chosen].sum()


def power():
    for runs in (2, 3, 5, 20):
        df = 2 * runs - 2
        c = optimize.brentq(lambda c: seen_of_estimated(c, df) - 0.9, 0.1, 60)
        ask("sees", runs, 9, df, 0, 0, 0, 0.98, 0.9, want=3 * c * np.sqrt(2 / runs), within=0.01)
    # The error is known, and grows: first up to the place that has to be reached, then to the change.
    z, power_z = stats.norm.ppf(0.99), stats.norm.ppf(0.9)
    ask("sees", 5, 0, 0, 9, 0, 0, 0.98, 0.9, want=3 * np.sqrt(0.4) * (z + power_z), within=2e-3)
    place = optimize.brentq(lambda x: x - z * np.sqrt((18 + 0.7 * (x + 2)) / 5), 0, 100)
    grown = optimize.brentq(lambda x: x - place - power_z * np.sqrt((18 + 0.7 * (x + 2)) / 5), 0, 100)
    ask("sees", 5, 0, 0, 9, 0.7, 2, 0.98, 0.9, want=grown, within=2e-3)
    for seen in (2, 30):
        over = optimize.brentq(lambda x: seen_of_sampled(x, 5, seen, 8, 9, 0.7) - 0.9, 1, 60, xtol=0.05)
        ask("sees", 5, seen, 8, 9, 0.7, 0, 0.98, 0.9, want=over, within=0.02)


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


for part in (functions, profiles, ratios, one_profile, runs, shrinkage, power, ranks, corrections):
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
