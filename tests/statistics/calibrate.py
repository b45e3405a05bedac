# SPDX-License-Identifier: Apache-2.0
"""calibrate.py BUILD PART short|long: what memprof diff says of recorded runs of targets/mixture,
against what was done to them.  Prints a table; exits with 1 when a line is outside what
docs/statistics.md says.  Runs are recorded into the current directory.

quiet   pairs of the same program: how often a gate fails, and how often it cannot judge
power   one site grows: how often it is named, and how often a gate fails that says it sees so much
covers  intervals of sampled runs against the exact values
many    time and memory of 50 000 sites in ten runs a side"""
import json
import math
import os
import random
import subprocess
import sys
import zlib
from statistics import NormalDist, median

BUILD, PART, LENGTH = sys.argv[1], sys.argv[2], sys.argv[3]
LONG = LENGTH == "long"
ALLOCATIONS = "100000"
GATES = ["alloc_objects:+2%", "alloc_space:+2%", "peak:+5%", "new-site:alloc_space:64KiB"]
SIDE = 5
normal = NormalDist()
rng = random.Random(13)
wrong = 0


def check(is_right, text):
    global wrong
    wrong += not is_right
    print(f"{text}{'' if is_right else '   <-- OUTSIDE'}", flush=True)


def run(path, interval, *arguments, allocations=ALLOCATIONS):
    """A run of the mixture as a profile; each has a seed of its own, the same every time."""
    subprocess.run([f"{BUILD}/targets/mixture", str(allocations), *arguments], check=True, env={
        **os.environ, "LD_PRELOAD": f"{BUILD}/libmemprof.so", "MEMPROF_INTERVAL": interval,
        "MEMPROF_SEED": str(zlib.crc32(f"{path} {arguments} {allocations}".encode())),
        "MEMPROF_PEAK": "1" if interval == "1" else "0", "MEMPROF_OUT": path})


def record(name, interval, count, *arguments):
    os.makedirs(name, exist_ok=True)
    for i in range(count):
        run(f"{name}/{i}.pb.gz", interval, *arguments)
    return [f"{name}/{i}.pb.gz" for i in range(count)]


def diff(base, new, gates=(), value="alloc_objects"):
    """The report, and the exit status."""
    done = subprocess.run([f"{BUILD}/memprof", "diff", "--format=json", f"--sample={value}",
                           *(f"--fail-on={gate}" for gate in gates if gate[0] != "-"), *(gate for gate in gates if gate[0] == "-"), *base, "--", *new],
                          capture_output=True, text=True)
    if done.returncode not in (0, 1, 2) or not done.stdout:
        sys.exit(f"memprof diff: {done.returncode}: {done.stderr}")
    return json.loads(done.stdout), done.returncode


def sides(pool, other=None):
    """Five runs a side; of one pool they are different ones."""
    if other is not None:
        return rng.sample(pool, SIDE), rng.sample(other, SIDE)
    chosen = rng.sample(pool, 2 * SIDE)
    return chosen[:SIDE], chosen[SIDE:]


def quiet():
    runs, pairs = (100, 1000) if LONG else (14, 20)
    print(f"{pairs} pairs of {SIDE} runs a side, drawn from {runs} recorded ones; gates: {' '.join(GATES)}")
    print("program        interval   status 1   status 2   pairs with a changed site   of them by each gate: fails, cannot judge")
    for noise in ([], ["noise"]):
        for interval in ("1", "64K", "512K"):
            pool = record(f"quiet.{interval}.{len(noise)}", interval, runs, *noise)
            statuses, listed, of_gate = {0: 0, 1: 0, 2: 0}, 0, [[0, 0] for _ in GATES]
            for _ in range(pairs):
                report, status = diff(*sides(pool), GATES)
                statuses[status] += 1
                listed += bool(report["sites"]["changed"])
                for i, gate in enumerate(report["gates"]):
                    of_gate[i][0] += gate["verdict"] == "fails"
                    of_gate[i][1] += gate["verdict"] == "cannot judge"
            check(statuses[1] <= (0.01 * pairs if LONG else len(noise)),
                  f"{'noisy' if noise else 'deterministic':14} {interval:>8}   {statuses[1]:8}   {statuses[2]:8}   {listed:27}"
                  f"   {'; '.join(f'{fails}, {unsure}' for fails, unsure in of_gate)}")


def power():
    trials = 200 if LONG else 8
    print(f"+5 % objects at one of 200 sites, {SIDE} runs a side, interval 1, {trials} trials, each of another site:")
    for noise in ([], ["noise"]):
        base = record(f"base.1.{len(noise)}", "1", 40 if LONG else SIDE, *noise)
        named = first = 0
        for site in rng.sample(range(200), trials):
            new = record("new.1", "1", SIDE, "grow", str(site), "50", *noise)
            report, _ = diff(rng.sample(base, SIDE), new)
            names = [row["stack"][0]["function"] for row in report["sites"]["changed"]]
            named += f"site_{site:03}" in names
            first += names[:1] == [f"site_{site:03}"]
        check(named >= 0.99 * trials, f"  {'noisy' if noise else 'deterministic':14} named in {named} of {trials}, "
              f"as the largest change in {first}")
    for interval in ("64K", "512K"):
        sampled_power(interval, 10 if LONG else 2, 20 if LONG else 10)


def sampled_power(interval, count, trials):
    """A site grows by the median of what its gate says it sees in 90 % of cases, and by 5 %: a gate's figure is
    that of its own runs, so that those of pairs differ, and together they say how often it is seen."""
    z, power_z = normal.inv_cdf(0.99), normal.inv_cdf(0.9)

    def expects(sees, change):
        return normal.cdf(power_z + (change / sees - 1) * (z + power_z))
    base = record(f"base.{interval}", interval, 100 if LONG else 30)
    run("exact.pb.gz", "1")
    seen, seen_said, expected, small, said = 0, 0.0, 0, 0, 0.0
    for site in rng.sample(range(3, 30), count):
        gate = [f"@^site_{site:03}$:alloc_objects:+0"]
        reports = [diff(*sides(base), gate)[0]["gates"][0] for _ in range(20 if LONG else 9)]
        exact, _ = diff(["exact.pb.gz"], ["exact.pb.gz"], gate + ["--one-run"])
        change = median(report["sees"] for report in reports)
        growth = change / exact["gates"][0]["base"]
        seen_said += trials * sum(expects(report["sees"], change) for report in reports) / len(reports)
        grown = record(f"grown.{interval}.{site}", interval, 60 if LONG else 20, "grow", str(site), str(round(1000 * growth)))
        small_pool = record(f"small.{interval}.{site}", interval, 30 if LONG else 10, "grow", str(site), "50")
        for _ in range(trials):
            seen += diff(*sides(base, grown), gate)[1] == 1
            expected += 1
            report, status = diff(*sides(base, small_pool), gate)
            small += status == 1
            said += expects(report["gates"][0]["sees"], 0.05 * report["gates"][0]["base"])
    tolerance = 0.05 if LONG else 0.35
    check(abs(seen - seen_said) <= tolerance * expected, f"  interval {interval}: one that grew by the median of what its "
          f"gate sees in 90 %: the gate failed in {100 * seen / expected:.1f} % of {expected} trials at {count} sites, and "
          f"its figures say {100 * seen_said / expected:.1f} %")
    check(abs(small - said) <= tolerance * expected, f"  interval {interval}: one that grew by 5 %: the gate failed in "
          f"{100 * small / expected:.1f} %, and its figure says {100 * said / expected:.1f} %")


def covers():
    """Each pair of runs is of another length, so that its stream ends somewhere else."""
    pairs, sums = 200 if LONG else 40, {}
    for i in range(pairs):
        run("exact.pb.gz", "1", allocations=100000 + 97 * i)
        run("sampled.pb.gz", "32K", allocations=100000 + 97 * i)
        out = subprocess.run([f"{BUILD}/tests/statistics/intervals", "exact.pb.gz", "sampled.pb.gz"], text=True,
                             check=True, capture_output=True).stdout
        for line in out.splitlines():
            value, kind, marks, covered, width, binomial = line.split()
            group = "total" if kind == "total" else "10 marks and more" if float(marks) >= 10 else "fewer than 10 marks"
            row = sums.setdefault((value, group), [0, 0, 0.0, 0.0])
            for column, number in enumerate((1, int(covered), float(width), float(binomial))):
                row[column] += number
    print(f"{pairs} runs of the mixture at interval 32K against the same at 1, 95 % intervals:")
    for (value, group), (count, covered, width, binomial) in sorted(sums.items()):
        share = covered / count
        slack = 0 if LONG else 2.5 * math.sqrt(0.05 * 0.95 / min(count, 40 if group == "total" else 400))
        # What is in use is what came last: its marks vary less than the binomial's.
        has_more = value.startswith("inuse") or group == "fewer than 10 marks"
        right = 0.93 - slack <= share <= (1 if has_more else 0.97 + slack)
        text = f"width {width / binomial:.2f} of the binomial's" if binomial else ""
        check(right and (not binomial or width <= 1.1 * binomial),
              f"  {value:14} {group:20} covered {100 * share:.1f} % of {count}   {text}")


def many():
    subprocess.run([sys.executable, f"{os.path.dirname(__file__)}/many_sites.py", ".", "20" if LONG else "2", "50000"], check=True)
    for new in ("same", "other"):
        base = [f"same{i % (20 if LONG else 2)}.pb.gz" for i in range(10)]
        changed = [f"{new}{(10 + i) % (20 if LONG else 2)}.pb.gz" for i in range(10)]
        done = subprocess.Popen([f"{BUILD}/memprof", "diff", *base, "--", *changed], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(done.pid, 0)
        if status != 0:
            sys.exit(f"memprof diff: {os.waitstatus_to_exitcode(status)}")
        memory, seconds = usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime
        check(memory <= 200, f"50 000 sites, ten runs a side, new sites {new if new == 'other' else 'the same'}: "
              f"{memory:.0f} MiB, {seconds:.1f} s of processor")


{"many": many, "quiet": quiet, "power": power, "covers": covers}[PART]()
sys.exit(1 if wrong else 0)
