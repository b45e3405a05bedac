# SPDX-License-Identifier: Apache-2.0
"""cover.py ASK PROFILES: simulates sampled profiles of two threads, one mark in each interval of a
thread's stream of objects, and counts how often the 95 % intervals of measured_interval() hold the
truth: of bytes and objects, of all and of those in use, of sites by how many marks they can expect and
of the total.  Then how often two equal sites are called different, and equal sites of repeated runs whose
variances are shrunk.  Prints a table; exits with 1 when a line is outside what docs/statistics.md
says."""
import subprocess
import sys

import numpy as np
from scipy import stats

ASK, PROFILES = sys.argv[1], int(sys.argv[2])
INTERVAL, THREADS = 512, 2
# Bytes a site has: so many intervals' worth, in objects of so many bytes and up to twice as many; the
# share of its objects that is in use at the end.
SITES = [(0.7, 16, .5), (1.5, 48, .1), (3, 24, 1), (6, 96, .3), (6, 32, .7), (12, 200, .05), (25, 64, .5),
         (60, 16, .9), (150, 40, .1), (150, 24, .4), (400, 64, .2)]
rng = np.random.default_rng(7)
wrong = 0


def check(is_right, text):
    global wrong
    wrong += not is_right
    print(text + ("" if is_right else "   <-- OUTSIDE"))


def ask(lines):
    out = subprocess.run([ASK], input="\n".join(lines) + "\n", text=True, check=True,
                         capture_output=True).stdout
    return np.array([[float(word) for word in line.split()] for line in out.splitlines()])


def profile(late):
    """Of each site and the total, for the four values: the truth, the estimate, the sum of squares of
    what marks stand for; and how many marks there are, and the variance that the marks in use really have.
    Late: only what came in the last seventh of each thread is in use."""
    length = rng.uniform(1, 1.003)  # where the stream ends in its last interval varies
    sizes, sites, live = [], [], []
    for site, (intervals, size, kept) in enumerate(SITES):
        count = max(1, int(length * intervals * INTERVAL / size / 1.5))
        sizes.append(size * rng.choice([2, 3, 4], count) // 2)
        sites.append(np.full(count, site))
        live.append(rng.random(count) < kept)
    sizes, sites, live = map(np.concatenate, (sizes, sites, live))
    order = rng.permutation(len(sizes))
    marks, variance = np.zeros(len(sizes)), np.zeros(len(SITES) + 1)
    for part in np.split(order, [int(len(order) * rng.uniform(0.3, 0.7))]):
        ends = np.cumsum(sizes[part])
        live[part[:len(part) * 6 // 7]] &= not late
        variance += real_variance(sizes[part] * live[part], sites[part], ends)
        places = (np.arange(ends[-1] // INTERVAL + 1) + rng.random(ends[-1] // INTERVAL + 1)) * INTERVAL
        places = places[places < ends[-1]]
        np.add.at(marks, part[np.searchsorted(ends, places, side="right")], 1)
    stands = INTERVAL / sizes  # objects for each mark
    rows = []
    for chosen in (np.full(len(sizes), True), live):
        for truth, mark in ((np.ones(len(sizes)), stands), (sizes, np.full(len(sizes), float(INTERVAL)))):
            rows.append([np.append(sums, sums.sum()) for sums in (
                np.bincount(sites, weights * chosen, len(SITES))
                for weights in (truth, marks * mark, marks * mark ** 2))])
    return np.array(rows), marks.sum(), variance


def real_variance(live_bytes, sites, ends):
    """Of the marks in use of each site and of all: the sum of p (1 - p) over the strata, p being their share of one."""
    edges = np.arange(ends[-1] // INTERVAL + 1) * INTERVAL
    sums = []
    for chosen in [sites == site for site in range(len(SITES))] + [np.full(len(sites), True)]:
        share = np.diff(np.interp(edges, np.append(0, ends), np.append(0, np.cumsum(live_bytes * chosen)))) / INTERVAL
        sums.append((share * (1 - share)).sum())
    return np.array(sums)


def binomial_width(probability, count):
    """The mean width of the interval if marks are binomial, in marks."""
    shares = ask([f"share_interval {m} {count} 0.95" for m in range(count + 1)])
    widths = (shares[:, 1] - shares[:, 0]) * count
    return np.array([[stats.binom.pmf(np.arange(count + 1), count, p) @ widths for p in row] for row in probability])


def coverage():
    names = ("alloc_objects", "alloc_space", "inuse_objects", "inuse_space")
    all_rows, alls, _ = zip(*(profile(False) for _ in range(PROFILES)))
    rows = np.array(all_rows)  # profile, value, (truth, estimate, squares), site
    alls = np.array(alls)
    for value, name in enumerate(names):
        truth, estimate, squares = rows[:, value, 0], rows[:, value, 1], rows[:, value, 2]
        usual = squares[:, -1:] / estimate[:, -1:]
        mark = np.where(estimate > 0, squares / np.maximum(estimate, 1e-9), usual)
        if name == "inuse_objects":  # as for what was allocated there, if that is more mixed
            whole = rows[:, 0, 2] / np.maximum(rows[:, 0, 1], 1e-9)
            mark = np.where(estimate > 0, np.maximum(mark, whole), mark)
        is_total = np.arange(truth.shape[1]) == len(SITES)
        ends = ask([f"measured_interval {e / m} {n} {THREADS} {int(t and value < 2)}"
                    for es, ms, n in zip(estimate, mark, alls) for e, m, t in zip(es, ms, is_total)])
        low, high = (ends[:, i].reshape(truth.shape) * mark / INTERVAL for i in (0, 1))
        covered = (low <= truth) & (truth <= high)
        expected = (truth / mark).mean(0)
        for group, chosen, least, most in (
                ("fewer than 10 marks", (expected < 10) & ~is_total, 0.93, 1),
                ("10 marks and more", (expected >= 10) & ~is_total, 0.93, 0.97), ("total", is_total, 0.93, 0.97)):
            # In 1000 pairs a rate of 97 % is 97 % by chance only to within one point.
            slack = 2.5 * np.sqrt(0.05 * 0.95 / PROFILES) if PROFILES < 2000 or group == "total" else 0
            share, text, is_narrow = covered[:, chosen].mean(), "", True
            if group != "total" and chosen.any():
                few = slice(0, 100)
                width = (high - low)[few, chosen] / mark[few, chosen]
                count = int(alls.mean())
                binomial = binomial_width(np.minimum(1, truth / mark / alls[:, None])[few, chosen], count)
                is_narrow, text = width.mean() <= 1.1 * binomial.mean(), f", width {width.mean() / binomial.mean():.2f} of the binomial's"
            check(least - slack <= share <= most + slack and is_narrow,
                  f"{name:14} {group:20} covered {share:.3f} of the time{text}")
    return rows[:, 1, 1, :-1] / INTERVAL, alls


def late():
    """What is in use came last: its marks lie in few strata, of which it has much. The profile does not say so."""
    rows, alls, real = (np.array(column) for column in zip(*(profile(True) for _ in range(PROFILES))))
    truth, estimate = rows[:, 3, 0] / INTERVAL, rows[:, 3, 1] / INTERVAL
    ends = ask([f"measured_interval {m} {n} {THREADS} 0" for ms, n in zip(estimate, alls) for m in ms]) / INTERVAL
    low, high = (ends[:, i].reshape(truth.shape) for i in (0, 1))
    binomial = np.maximum(truth * (1 - truth / alls[:, None]), 1e-9)
    is_total = np.arange(truth.shape[1]) == len(SITES)
    slack = 2.5 * np.sqrt(0.05 * 0.95 / PROFILES)
    for group, chosen in (("10 marks and more", (truth.mean(0) >= 10) & ~is_total), ("total", is_total)):
        share = ((low <= truth) & (truth <= high))[:, chosen].mean()
        known = (abs(estimate - truth) <= 1.96 * np.sqrt(real))[:, chosen].mean()
        error = np.sqrt(((estimate - truth) ** 2 / binomial)[:, chosen].mean())
        check(share >= 0.93 - slack and abs(known - 0.95) <= 0.02 + slack,
              f"in use is what came last, {group:17} covered {share:.3f} of the time; by the variance that the order of the "
              f"objects gives, {known:.3f}; the error is {error:.2f} of the binomial's, by that variance "
              f"{np.sqrt((real / binomial)[:, chosen].mean()):.2f}")


def pairs(marks, alls):
    """A against A: a site should be called different in at most 5 % of pairs."""
    half = PROFILES // 2
    found = ask([f"judge_pair {a} {n1} {b} {n2} {INTERVAL}"
                 for x, n1, y, n2 in zip(marks[:half], alls[:half], marks[half:2 * half], alls[half:2 * half])
                 for a, b in zip(x, y) if a + b])
    alarms = (found[:, 2] < 0.05).mean()
    held = ((found[:, 0] <= 0) & (found[:, 1] >= 0)).mean()
    check(alarms <= 0.05 and held >= 0.95, f"equal sites called different: {alarms:.3f} of pairs; intervals of the "
          f"difference that hold 0: {held:.3f}")
    # A site with half of all bytes, by the variance T B, which is twice the real one.
    hits = rng.binomial(400, 0.5, 20000)
    wide = (abs(hits - 200) <= 1.96 * np.sqrt(hits)).mean()
    check(wide >= 0.99, f"a site with half of the bytes, by T B: covered {wide:.3f} of the time")


def shrunk():
    """Three runs a side of many sites whose variances differ a little around one that grows with the size;
    one in fifty varies a hundred times as much; one in ten differs between the sides."""
    sites = 500
    size = np.exp(rng.uniform(np.log(100), np.log(1e6), sites))
    variance = 0.01 * size * 10 / rng.chisquare(10, sites)
    wild = rng.random(sites) < 0.02
    sd = np.sqrt(np.where(wild, 100, 1) * variance)
    changed = (np.arange(sites) % 10 == 0) & ~wild
    values = rng.normal(size[:, None], sd[:, None], (sites, 6))
    values[:, 3:] += np.where(changed, 6 * sd, 0)[:, None]
    for name, does_shrink in (("shrunk", 1), ("each by itself", 0)):
        p = ask([f"rows {does_shrink} {sites} 3 3 " + " ".join(str(v) for v in values.ravel())])[0]
        alarms, alarms_wild, found = (p[~changed & ~wild] < 0.05).mean(), (p[wild] < 0.05).mean(), (p[changed] < 0.001).mean()
        check(alarms <= 0.08 and alarms_wild <= 0.25 and (not does_shrink or found > 0.6),
              f"variances {name}: equal sites at p < 0.05: {alarms:.3f}, wild ones {alarms_wild:.3f}; "
              f"changed ones at p < 0.001: {found:.3f}")


pairs(*coverage())
late()
shrunk()
sys.exit(1 if wrong else 0)
