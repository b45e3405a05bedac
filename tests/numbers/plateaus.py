#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""plateaus.py SEEDS [FIRST]: runs the target `plateaus` in each of its patterns, with 1, 2, 8 and 64 threads
and at intervals of 1, 64K and 512K; in a fork's child; and killed at its peak.  In the profile of the
peak the function that holds the most must be that of the highest plateau, in 99 of 100 runs.

What it holds is exact at interval 1 with one thread, and at least 99.5 % with more; the sampled
estimates are compared with the truth as a whole: their mean is at most two standard errors of
one of them (docs/statistics.md: the square root of value times interval) away from it."""
import glob
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["SRC"], "tests"))
import pprof

PATTERNS = ("plain", "saw", "realloc", "hand")
THREADS = (1, 2, 8, 64)
INTERVALS = {"1": 1, "64K": 65536, "512K": 524288}
TARGET = os.environ["TARGETS"] + "/plateaus"


def environment(interval, seed):
    return dict(os.environ, LD_PRELOAD=os.environ["SHIM"], MEMPROF_INTERVAL=interval, MEMPROF_PEAK="1",
                MEMPROF_SEED=str(seed), MEMPROF_OUT="%e.%p.pb.gz")


def at_peak(pid):
    """Bytes in use by the function that allocated them."""
    path = f"plateaus.{pid}.peak.pb.gz"
    profile, held = pprof.Profile(path), {}
    for sample in profile.samples:
        leaf = next(profile.frames(sample))[0]
        held[leaf] = held.get(leaf, 0) + sample["values"][3]
    for other in glob.glob("plateaus.*.pb.gz"):
        os.unlink(other)
    return held


def run(arguments, interval, seed):
    """What the program says is the highest plateau, its bytes, and what the profile says."""
    command = [TARGET, *map(str, arguments)]
    environ = environment(interval, seed)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        name, bytes_there = process.stdout.readline().split()
        pid = process.pid
        if "fork" in arguments:
            pid = int(process.stdout.readline())
        if "last" in arguments:
            process.stdout.readline()
            process.send_signal(signal.SIGKILL)
    if "last" in arguments:
        state, = glob.glob(os.environ["MEMPROF_DIR"] + "/*.state")
        subprocess.run([os.environ["MEMPROF"], "collect", "--peak", "-o", f"plateaus.{pid}.pb.gz", state],
                       check=True, stdout=subprocess.DEVNULL)
    elif process.returncode:
        sys.exit(f"{command}: status {process.returncode}")
    return name, int(bytes_there), at_peak(pid)


def wrong(what, interval, threads, name, wanted, held):
    """Is the highest plateau not the one that is shown?  Exits where an exact value is not."""
    got = held.get(name, 0)
    if interval == "1" and not (0.995 * wanted if threads > 1 else wanted) <= got <= wanted:
        sys.exit(f"{what}: {got} bytes of {name} at the peak, {wanted} were there")
    if max(held, key=held.get) == name:
        return False
    print(f"{what}: the highest is {name} with {wanted}, the profile says {held}")
    return True


def main():
    seeds, runs, failures = int(sys.argv[1]), 0, 0
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    errors = {interval: [] for interval in INTERVALS}
    variants = [(p, n, None) for p in PATTERNS for n in THREADS]
    variants += [("plain", n, how) for how in ("fork", "last") for n in (1, 8)]
    for seed in range(first, first + seeds):
        for pattern, threads, how in variants:
            for interval, interval_bytes in INTERVALS.items():
                arguments = [pattern, threads, seed] + ([how] if how else [])
                what = f"{' '.join(map(str, arguments))} at {interval}"
                name, wanted, held = run(arguments, interval, seed)
                runs += 1
                failures += wrong(what, interval, threads, name, wanted, held)
                errors[interval].append((held.get(name, 0) - wanted) / (wanted * interval_bytes) ** 0.5)
    for interval, of_all in errors.items():
        mean = sum(of_all) / len(of_all)
        print(f"at {interval}: {mean:+.3f} standard errors on average, {min(of_all):+.2f} to {max(of_all):+.2f}")
        if interval != "1" and not -2 <= mean <= 2:
            sys.exit("the estimate at the peak is biased by more than that")
    print(f"{runs - failures} of {runs} peaks are those of the highest plateau")
    return failures * 100 > runs


sys.exit(main())
