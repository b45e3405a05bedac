# SPDX-License-Identifier: Apache-2.0
"""kills.py VICTIM INTERVAL ROUNDS SEED: kills VICTIM (the target, the collector at its
exit, or `memprof run`) at random moments and compares the profile collected
afterwards with what the target had published: begun before each call, done after
it.  Exact for all blocks at interval 1, for those above the interval otherwise."""
import glob
import os
import random
import signal
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.environ["SRC"], "tests"))
import pprof

THREADS = 4
NAMES = ("allocated_begun", "allocated_done", "freed_begun", "freed_done")


def read_published(path):
    """{kind: {name: (objects, bytes)}}, and the pid; None before it is there."""
    try:
        data = open(path, "rb").read()
    except FileNotFoundError:
        return None, 0
    if len(data) < 16:
        return None, 0
    pid, threads = struct.unpack_from("QQ", data)
    kinds = {}
    for kind, name in enumerate(("small", "big")):
        sums = [0] * 8
        for thread in range(threads):
            values = struct.unpack_from("8Q", data, 16 + (thread * 2 + kind) * 64)
            sums = [a + b for a, b in zip(sums, values)]
        kinds[name] = {n: (sums[2 * i], sums[2 * i + 1]) for i, n in enumerate(NAMES)}
    return kinds, pid


def read_profile(path):
    """{function: [alloc_objects, alloc_space, inuse_objects, inuse_space]} of leaves."""
    profile = pprof.Profile(path)
    broken = list(profile.check())
    assert not broken, broken
    leaves = {"small": [0] * 4, "big": [0] * 4}
    for sample in profile.samples:
        leaf = next(profile.frames(sample))[0]
        for i, value in enumerate(sample["values"]):
            assert value >= 0, "a negative value"
            if leaf in leaves:
                leaves[leaf][i] += value
    return leaves


def compare(kinds, leaves, exact):
    for kind in ("small", "big") if exact else ("big",):
        p, got = kinds[kind], leaves[kind]
        for i, unit in enumerate(("objects", "bytes")):
            alloc, inuse = got[i], got[2 + i]
            bounds = f"{kind} {unit}: alloc {alloc}, inuse {inuse}, published {p}"
            assert p["allocated_done"][i] <= alloc <= p["allocated_begun"][i], bounds
            assert p["freed_done"][i] <= alloc - inuse <= p["freed_begun"][i], bounds


def states(pid="*"):
    return glob.glob(os.environ["MEMPROF_DIR"] + f"/publishes.{pid}.*.state")


def collect(pid):
    """The profile of the process's state; None when there is none; what is said when it
    cannot be read."""
    found = states(pid)
    assert len(found) <= 1, found
    if not found:
        return None
    run = subprocess.run([os.environ["COLLECT"], "-o", "out.pb.gz"] + found, capture_output=True, text=True)
    if run.returncode:
        return run.stderr
    assert not states(pid), "the state stays after its profile is written"
    return read_profile("out.pb.gz")


def clean():
    # What creates the state is a process of its own for a moment, and may survive a kill.
    for path in glob.glob("*.pb.gz*") + glob.glob("published") + states():
        os.unlink(path)


def wait_published(process):
    """Until it has begun: its pid is there, and a block of each kind was allocated."""
    while True:
        kinds, pid = read_published("published")
        if pid and all(kind["allocated_done"][0] for kind in kinds.values()):
            return
        assert process.poll() is None, "it ended by itself"
        time.sleep(0.001)


def kill_target(environment, exact, rng, n):
    process = subprocess.Popen([os.environ["TARGETS"] + "/publishes", "published", str(THREADS), "0"], env=environment)
    if n % 2:  # in the midst of it; else also at its start
        wait_published(process)
    time.sleep(rng.uniform(0, 0.04))
    process.kill()
    process.wait()
    kinds, pid = read_published("published")
    leaves = collect(process.pid)
    if not isinstance(leaves, dict):  # killed before the first sample had been recorded
        assert pid == 0 or kinds["big"]["allocated_done"][0] == 0, leaves
        assert pid == 0 or not exact or kinds["small"]["allocated_done"][0] == 0, leaves
        return False
    compare(kinds, leaves, exact)
    return True


def kill_collector(environment, exact, rng, n):
    environment = dict(environment, MEMPROF_COLLECTOR=os.environ["TARGETS"] + "/killed_collector",
                       MEMPROF_KILLED=os.environ["COLLECT"], MEMPROF_KILL_US=str(rng.randrange(0, 200000 if n % 2 else 2000)))
    run = subprocess.run([os.environ["TARGETS"] + "/publishes", "published", str(THREADS), "2000"],
                         env=environment, capture_output=True, text=True)
    assert run.returncode == 0 and run.stdout == "", run
    kinds, _ = read_published("published")
    written = [path for path in glob.glob("memprof.*.pb.gz")]
    killed = bool(states())
    leaves = collect("*") if killed else read_profile(written[0])
    assert isinstance(leaves, dict), leaves
    assert killed == ("memprof collect" in run.stderr) or written, run.stderr
    compare(kinds, leaves, exact)
    return killed


def kill_run(environment, exact, rng, n):
    del environment["LD_PRELOAD"]
    process = subprocess.Popen([os.environ["MEMPROF"], "run", "-q", "-i", environment["MEMPROF_INTERVAL"], "--",
                                os.environ["TARGETS"] + "/publishes", "published", str(THREADS), "0"],
                               env=environment, stderr=subprocess.PIPE, text=True)
    wait_published(process)
    time.sleep(rng.uniform(0, 0.03))
    process.kill()
    process.wait()
    process.stderr.close()
    _, pid = read_published("published")
    time.sleep(rng.uniform(0, 0.01))
    os.kill(pid, signal.SIGKILL)
    while os.path.exists(f"/proc/{pid}") and open(f"/proc/{pid}/stat").read().split(") ")[1][0] != "Z":
        time.sleep(0.001)
    kinds, _ = read_published("published")
    leaves = collect(pid)
    assert isinstance(leaves, dict), leaves
    compare(kinds, leaves, exact)
    for path in glob.glob(os.environ["MEMPROF_DIR"] + "/run-*.log"):
        os.unlink(path)
    return True


def main(victim, interval, rounds, seed):
    rng = random.Random(int(seed))
    kill = {"target": kill_target, "collector": kill_collector, "run": kill_run}[victim]
    hits = 0
    for n in range(int(rounds)):
        environment = dict(os.environ, LD_PRELOAD=os.environ["SHIM"], MEMPROF_INTERVAL=interval)
        clean()
        try:
            hits += kill(environment, interval == "1", rng, n)
        except (AssertionError, pprof.Malformed) as error:
            print(f"round {n} of {victim} at {interval}: {error}")
            return 1
    clean()
    print(f"{victim} at {interval}: {rounds} rounds, {hits} of them in the midst of it")
    # Every other target is killed after it began to record; the helper is met if it can be.
    return 0 if hits >= (int(rounds) // 2 if victim == "target" else 1) else 1


sys.exit(main(*sys.argv[1:]))
