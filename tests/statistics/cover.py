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
# A against A: the ratio's interval should not hold 1 in 5 % of pairs.
half = PROFILES // 2
pairs = ask([f"ratio_interval {a} {b} 1 0.95" for x, y in zip(marks[:half], marks[half:2 * half])
             for a, b in zip(x, y) if a + b])
alarms = ((pairs[:, 0] > 1) | (pairs[:, 1] < 1)).mean()
print(f"equal sites called different: {alarms:.3f} of pairs")
wrong += alarms > 0.05
sys.exit(1 if wrong else 0)
