# SPDX-License-Identifier: Apache-2.0
"""cover.py ASK PROFILES: simulates sampled profiles, one mark in each interval of a stream of
objects, and counts how often the 95 % intervals of share_interval() hold the truth, for sites by
how many marks they can expect, and how often two equal sites are called different.  Prints a table;
exits with 1 when a line is outside what docs/statistics.md says."""
import subprocess
import sys

import numpy as np

ASK, PROFILES = sys.argv[1], int(sys.argv[2])
INTERVAL = 512
# Bytes a site has: so many intervals' worth, in objects of so many bytes.
SITES = [(0.7, 16), (1.5, 48), (3, 24), (6, 96), (6, 32), (12, 200), (25, 64), (60, 16), (150, 40),
         (150, 24), (400, 64)]


def profile(rng):
    """True bytes and marks of each site in one run."""
    sizes, sites = [], []
    for site, (intervals, size) in enumerate(SITES):
        count = max(1, int(intervals * INTERVAL / size))
        sizes.append(np.full(count, size))
        sites.append(np.full(count, site))
    sizes, sites = np.concatenate(sizes), np.concatenate(sites)
    order = rng.permutation(len(sizes))
    sizes, sites = sizes[order], sites[order]
    ends = np.cumsum(sizes)
    marks = (np.arange(ends[-1] // INTERVAL) + rng.uniform(0, 1, ends[-1] // INTERVAL)) * INTERVAL
    hit = np.searchsorted(ends, marks, side="right")
    return (np.bincount(sites, sizes, len(SITES)), np.bincount(sites[hit], minlength=len(SITES)),
            float(ends[-1]))


def ask(lines):
    out = subprocess.run([ASK], input="\n".join(lines) + "\n", text=True, check=True,
                         capture_output=True).stdout
    return np.array([[float(word) for word in line.split()] for line in out.splitlines()])


rng = np.random.default_rng(7)
truth, marks, alls = [], [], []
for _ in range(PROFILES):
    bytes_, hits, total = profile(rng)
    truth.append(bytes_ / total)
    marks.append(hits)
    alls.append(hits.sum())
truth, marks, alls = np.array(truth), np.array(marks), np.array(alls)
ends = ask([f"share_interval {m} {n} 0.95" for row, n in zip(marks, alls) for m in row])
low, high = (ends[:, i].reshape(marks.shape) for i in (0, 1))
covered = (low <= truth) & (truth <= high)
expected = truth.mean(0) * alls.mean()
wrong = 0
for name, chosen, least, most in (("fewer than 10 marks", expected < 10, 0.93, 1),
                                  ("10 marks and more", expected >= 10, 0.93, 0.99)):
    share = covered[:, chosen].mean()
    width = (high - low)[:, chosen].mean() / (3.92 * np.sqrt(truth * (1 - truth) / alls[:, None]))[:, chosen].mean()
    print(f"{name:22} covered {share:.3f} of the time, width {width:.2f} of 2 x 1.96 standard errors")
    wrong += not least <= share <= most
# A against A: memprof diff should call equal sites different in at most 5 % of pairs, and the
# interval of the difference should hold 0 in 95 %.
half = PROFILES // 2
pairs = ask([f"judge_pair {a} {n1} {b} {n2} {INTERVAL}"
             for x, n1, y, n2 in zip(marks[:half], alls[:half], marks[half:2 * half], alls[half:2 * half])
             for a, b in zip(x, y) if a + b])
alarms = (pairs[:, 2] < 0.05).mean()
held = ((pairs[:, 0] <= 0) & (pairs[:, 1] >= 0)).mean()
print(f"equal sites called different: {alarms:.3f} of pairs; intervals of the difference that hold 0: {held:.3f}")
wrong += alarms > 0.05 or held < 0.95
# A site with half of all bytes, by the variance T B, which is twice the real one.
share = 0.5
n = 400
hits = rng.binomial(n, share, 20000)
wide = (abs(hits - n * share) <= 1.96 * np.sqrt(hits)).mean()
print(f"a site with half of the bytes, by T B: covered {wide:.3f} of the time")
wrong += wide < 0.99
sys.exit(1 if wrong else 0)
