#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""seeds.py N: profiles the target `sites` with N seeds and compares, per site and
value, the mean of the estimates with the truth: |z| <= 3 standard errors.

With some 50 comparisons one beyond 3 is not rare by chance.  Chance does not repeat:
a value beyond 3 is tried again with fresh seeds, four times as many, and fails when
it is beyond 3 there too.  A bias grows with the square root of their number.
"""
import glob
import math
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["SRC"], "tests"))
import pprof

VALUES = ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"]


def run(seed):
    """(truth, estimates) of one run: site -> four values."""
    environment = dict(os.environ, LD_PRELOAD=os.environ["SHIM"], MEMPROF_SEED=str(seed),
                       MEMPROF_INTERVAL="512K", MEMPROF_OUT=f"seed.{seed}.pb.gz")
    output = subprocess.run([os.environ["TARGETS"] + "/sites"], env=environment, check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    truth = {}
    for line in output.splitlines():
        name, *values = line.split()
        truth[name] = [int(v) for v in values]
    path = f"seed.{seed}.pb.gz"
    profile = pprof.Profile(path)
    os.unlink(path)
    estimates = {name: [0, 0, 0, 0] for name in truth}
    for sample in profile.samples:
        values = sample["values"]
        if values[2] > values[0] or values[3] > values[1]:
            sys.exit(f"seed {seed}: inuse is more than alloc: {values}")
        leaf = next(profile.frames(sample))[0]
        if leaf in estimates:
            estimates[leaf] = [a + b for a, b in zip(estimates[leaf], values)]
    return truth, estimates


def compare(seeds, only=None):
    """Prints a line per site and value; returns those beyond 3 standard errors."""
    runs = []
    for seed in seeds:
        truth, estimates = run(seed)
        runs.append(estimates)
    beyond = []
    for site, wanted in truth.items():
        for index, name in enumerate(VALUES):
            if only is not None and (site, name) not in only:
                continue
            got = [estimates[site][index] for estimates in runs]
            mean = sum(got) / len(got)
            spread = math.sqrt(sum((g - mean) ** 2 for g in got) / (len(got) - 1))
            error = spread / math.sqrt(len(got))
            off = mean - wanted[index]
            z = off / error if error else (0.0 if off == 0 else math.inf)
            print(f"{site:16} {name:14} truth {wanted[index]:12d} mean {mean:14.1f}"
                  f" sd/truth {spread / wanted[index] if wanted[index] else 0:7.4f} z {z:6.2f}")
            if abs(z) > 3:
                beyond.append((site, name))
    return beyond


def main():
    count = int(sys.argv[1])
    beyond = compare(range(1, count + 1))
    if beyond:
        print("beyond 3 standard errors, again with fresh seeds:", beyond)
        beyond = compare(range(10001, 10001 + 4 * count), beyond)
    for site, name in beyond:
        print(f"FAILED: {site} {name} is biased")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
