# SPDX-License-Identifier: Apache-2.0
"""calibrate.py BUILD PART short|long [CONFIGURATION...]: what memprof diff says of recorded runs of targets/mixture,
against what was done to them.  Prints a table; exits with 1 when a line is outside what
docs/statistics.md says.  Runs are recorded into the current directory.  In the short form nothing is left
to chance: marks, noise and the choice of runs follow from fixed seeds.

quiet   pairs of the same program: how often a gate fails, and how often it cannot judge; CONFIGURATION is
        deterministic:INTERVAL or noisy:INTERVAL, all six where none is given
power   one site grows by 5 %: how often it is named at interval 1
sees    one site grows by what its gate says it sees: how often the gate fails, sampled
covers  intervals of sampled runs against the exact values
many    time and memory of 50 000 sites in ten runs a side"""
import json
import math
import os
import random
import subprocess
import sys
import zlib

BUILD, PART, LENGTH, CHOSEN = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
LONG = LENGTH == "long"
ALLOCATIONS = "100000"
GATES = ["alloc_objects:+2%", "alloc_space:+2%", "peak:+5%", "new-site:alloc_space:64KiB"]
SIDE = 5
rng = random.Random(13)
wrong = 0


def check(is_right, text):
    global wrong
    wrong += not is_right
    print(f"{text}{'' if is_right else '   <-- OUTSIDE'}", flush=True)


def run(path, interval, *arguments, allocations=ALLOCATIONS):
    """A run of the mixture as a profile; each has a seed of its own, the same every time."""
    seed = str(zlib.crc32(f"{path} {arguments} {allocations}".encode()))
    if arguments[-1:] == ("noise",) and not LONG:
        arguments += (seed,)
    subprocess.run([f"{BUILD}/targets/mixture", str(allocations), *arguments], check=True, env={
        **os.environ, "LD_PRELOAD": f"{BUILD}/libmemprof.so", "MEMPROF_INTERVAL": interval, "MEMPROF_SEED": seed,
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
            if CHOSEN and f"{'noisy' if noise else 'deterministic'}:{interval}" not in CHOSEN:
                continue
            pool = record(f"quiet.{interval}.{len(noise)}", interval, runs, *noise)
            statuses, listed, of_gate = {0: 0, 1: 0, 2: 0}, 0, [[0, 0] for _ in GATES]
            for _ in range(pairs):
                report, status = diff(*sides(pool), GATES)
                statuses[status] += 1
                listed += bool(report["sites"]["changed"])
                for i, gate in enumerate(report["gates"]):
                    of_gate[i][0] += gate["verdict"] == "fails"
                    of_gate[i][1] += gate["verdict"] == "cannot judge"
            check(statuses[1] <= (0.01 * pairs if LONG else 0),
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


def sees():
    """A site grows by what its gate says it sees in 90 % of cases, for two sides of the same program; then two
    other sides, one of the grown program, are compared."""
    sites, trials = (10, 20) if LONG else (2, 3)
    for interval in ("64K", "512K"):
        base = record(f"base.{interval}", interval, 100 if LONG else 12)
        run("exact.pb.gz", "1")
        seen = small = 0
        for site in rng.sample(range(3, 30), sites):
            gate = [f"@^site_{site:03}$:alloc_objects:+0"]
            exact, _ = diff(["exact.pb.gz"], ["exact.pb.gz"], gate + ["--one-run"])
            little = record(f"little.{interval}.{site}", interval, 30 if LONG else SIDE, "grow", str(site), "50")
            for _ in range(trials):
                report, _ = diff(*sides(base), gate)
                growth = round(1000 * report["gates"][0]["sees"] / exact["gates"][0]["base"])
                grown = record(f"grown.{interval}.{site}", interval, SIDE, "grow", str(site), str(growth))
                seen += diff(*sides(base, grown), gate)[1] == 1
                small += diff(*sides(base, little), gate)[1] == 1
        count = sites * trials
        check(not LONG or abs(seen - 0.9 * count) <= 0.05 * count, f"  interval {interval}: a site grew by what its gate "
              f"said it sees in 90 % of cases: it failed in {100 * seen / count:.1f} % of {count} trials at {sites} sites; "
              f"where it grew by 5 %: in {100 * small / count:.1f} %")


def covers():
    covers_of((), "what is in use came last")
    if LONG:
        covers_of(("keep", "100"), "what is in use came at any time")


def covers_of(arguments, what):
    """Each pair of runs is of another length, so that its stream ends somewhere else."""
    pairs, sums = 200 if LONG else 40, {}
    for i in range(pairs):
        run("exact.pb.gz", "1", *arguments, allocations=100000 + 97 * i)
        run("sampled.pb.gz", "32K", *arguments, allocations=100000 + 97 * i)
        out = subprocess.run([f"{BUILD}/tests/statistics/intervals", "exact.pb.gz", "sampled.pb.gz"], text=True,
                             check=True, capture_output=True).stdout
        for line in out.splitlines():
            value, kind, marks, covered, width, binomial, error = line.split()
            group = "total" if kind == "total" else "10 marks and more" if float(marks) >= 10 else "fewer than 10 marks"
            row = sums.setdefault((value, group), [0, 0, 0.0, 0.0, 0.0])
            for column, number in enumerate((1, int(covered), float(width), float(binomial), float(error) ** 2)):
                row[column] += number
    print(f"{pairs} runs of the mixture at interval 32K against the same at 1, 95 % intervals; {what}:")
    for (value, group), (count, covered, width, binomial, squares) in sorted(sums.items()):
        share, error = covered / count, math.sqrt(squares / count)
        slack = 0 if LONG else 2.5 * math.sqrt(0.05 * 0.95 / min(count, 40 if group == "total" else 400))
        # The marks of what came last, and of large objects, vary less than the binomial's.
        has_more = value.startswith("inuse") or group == "fewer than 10 marks"
        right = 0.93 - slack <= share <= (1 if has_more else 0.97 + slack)
        text = f"width {width / binomial:.2f} of the binomial's" if binomial else ""
        if group != "total" or value.startswith("inuse"):
            text += f", error {error:.2f} of it"
        check(right and (not binomial or width <= 1.1 * binomial),
              f"  {value:14} {group:20} covered {100 * share:.1f} % of {count}   {text.strip(', ')}")


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


{"many": many, "quiet": quiet, "power": power, "sees": sees, "covers": covers}[PART]()
sys.exit(1 if wrong else 0)
