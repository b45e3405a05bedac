# SPDX-License-Identifier: Apache-2.0
"""difference.py ASK: sums over all outcomes of two profiles' binomial marks how often judge()'s interval of the
difference and that of Miettinen and Nurminen hold the truth, and how wide they are; and how often that of the
ratio does.  Prints a line each; exits with 1 where ours is wider or covers less than docs/statistics.md says."""
import subprocess
import sys

import numpy as np
from scipy import stats

Z = stats.norm.ppf(0.975)
wrong = 0


def ask(lines):
    out = subprocess.run([sys.argv[1]], input="\n".join(lines) + "\n", text=True, check=True,
                         capture_output=True).stdout
    return np.array([[float(word) for word in line.split()] for line in out.splitlines()]).T


def score(m1, m2, n, delta):
    """The difference from delta in standard errors, with the likeliest shares that differ by delta."""
    low, high = np.maximum(0, -delta), np.minimum(1, 1 - delta)
    for _ in range(45):  # the derivative of the likelihood falls
        p = (low + high) / 2
        q = p + delta
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = sum(np.where(m > 0, m / at, 0) - np.where(m < n, (n - m) / (1 - at), 0) for m, at in ((m1, p), (m2, q)))
        low, high = np.where(slope > 0, p, low), np.where(slope > 0, high, p)
    variance = (p * (1 - p) + q * (1 - q)) / n * 2 * n / (2 * n - 1)
    return ((m2 - m1) / n - delta) / np.sqrt(np.maximum(variance, 1e-300))


def miettinen_nurminen(m1, m2, n):
    ends = []
    for sign in (-1, 1):
        inside, outside = (m2 - m1) / n, np.full_like(m1, sign * (1 - 1e-12))
        for _ in range(35):
            middle = (inside + outside) / 2
            holds = abs(score(m1, m2, n, middle)) < Z
            inside, outside = np.where(holds, middle, inside), np.where(holds, outside, middle)
        ends.append(inside * n)
    return ends


def outcomes(n, marks):
    values = np.arange(max(0, int(marks - 5 * marks ** 0.5 - 3)), min(n, int(marks + 5 * marks ** 0.5 + 6)) + 1)
    return values.astype(float), stats.binom.pmf(values, n, marks / n)


def compare(n, first, second):
    global wrong
    (m1, p1), (m2, p2) = outcomes(n, first), outcomes(n, second)
    m1, m2 = (grid.ravel() for grid in np.meshgrid(m1, m2, indexing="ij"))
    weight = np.outer(p1, p2).ravel() / (p1.sum() * p2.sum())
    m1, m2, weight = (part[weight > 1e-6] for part in (m1, m2, weight))
    truth, figures = second - first, []
    ours = ask([f"judge_pair {a} {n} {b} {n} 1.0000001" for a, b in zip(m1, m2)])
    for low, high in (miettinen_nurminen(m1, m2, n), ours[:2]):
        figures += [weight[(low <= truth) & (truth <= high)].sum(), (weight * (high - low)).sum()]
    ratio = ask([f"ratio_of_marks {a} {b} 0.95" for a, b in zip(m1, m2)])
    held = (weight * ((ratio[0] <= second / first) & (second / first <= ratio[1]) | (m1 + m2 == 0))).sum()
    covered, width, ours_covered, ours_width = figures
    is_right = ours_covered >= min(covered, 0.948) and ours_width <= width and held >= 0.94
    wrong += not is_right
    print(f"{first:g} and {second:g} of {n} marks: Miettinen and Nurminen cover {100 * covered:.1f} %, width {width:.1f}; ours "
          f"{100 * ours_covered:.1f} %, {ours_width:.1f}; the ratio's {100 * held:.1f} %{'' if is_right else '   <-- OUTSIDE'}")


for all_marks in (230, 1800):
    for pair in ((0.5, 0.5), (2, 2), (2, 5), (5, 5), (10, 10), (10, 20), (40, 40), (60, 90)):
        compare(all_marks, *pair)
sys.exit(1 if wrong else 0)
