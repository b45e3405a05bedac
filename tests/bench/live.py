# SPDX-License-Identifier: Apache-2.0
"""What it costs a process that others look at it: its throughput while it is dumped every 100 ms,
its page faults and context switches; and what it costs to list 200 processes."""
import os
import random
import signal
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass

from report import table, target
from runner import MEMPROF, PLACE, PROGRAMS, SHIM, clean, environment_with, start

DUMP_EVERY_S = 0.1
PROCESSES = 200
RESAMPLES = 4000


@dataclass
class Cost:
    wall_s: float
    cpu_s: float
    faults: int
    switches: int  # those of its own: it waited
    dumps: int


WORKS = {
    "std::map, 512K": ([f"{PROGRAMS}/map", "4000000"], {"MEMPROF_INTERVAL": "512K"}),
    "std::map, exact": ([f"{PROGRAMS}/map", "1000000"], {"MEMPROF_INTERVAL": "1"}),
}


def dump_until(pid, over, done):
    """A dump every 100 ms, each a process of its own, as somebody's script has it."""
    while not over.wait(DUMP_EVERY_S):
        process = subprocess.run([MEMPROF, "dump", "-q", "-o", f"{PLACE}/recording.pb.gz", str(pid)],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment_with({}),
                                 check=False)
        done.append(process.returncode == 0)


def measure(command, environment, is_dumped):
    added = {"LD_PRELOAD": SHIM, "MEMPROF_COLLECTOR": "none", **environment}
    pid, begin_ns = start(command, added, stdout=f"{PLACE}/output")
    over, done = threading.Event(), []
    watcher = threading.Thread(target=dump_until, args=(pid, over, done)) if is_dumped else None
    if watcher:
        watcher.start()
    _, _, usage = os.wait4(pid, 0)
    wall = (time.monotonic_ns() - begin_ns) / 1e9
    over.set()
    if watcher:
        watcher.join()
    clean()
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_minflt + usage.ru_majflt, usage.ru_nvcsw, sum(done))


def interval(ratios):
    """The median of the pairs' ratios, and its interval at 95 %, by drawing pairs anew."""
    source = random.Random(1)
    medians = sorted(statistics.median(source.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES))
    return statistics.median(ratios), medians[int(RESAMPLES * 0.025)], medians[int(RESAMPLES * 0.975)]


def text(of):
    return f"{of[0]:.4f} ({of[1]:.4f} to {of[2]:.4f})"


def throughput(pairs, say):
    rows = []
    for name, (command, environment) in WORKS.items():
        found = []
        for n in range(pairs):
            order = (False, True) if n % 2 else (True, False)
            costs = {is_dumped: measure(command, environment, is_dumped) for is_dumped in order}
            found.append((costs[False], costs[True]))
            say(f"live: {name}, pair {n + 1} of {pairs}")
        cpu = interval([a.cpu_s / b.cpu_s for a, b in found])
        wall = interval([a.wall_s / b.wall_s for a, b in found])
        faults = statistics.median(b.faults - a.faults for a, b in found)
        switches = statistics.median(b.switches - a.switches for a, b in found)
        dumps = statistics.median(b.dumps for _, b in found)
        rows.append([name, f"{found[0][0].wall_s:.1f} s", f"{dumps:.0f}", text(cpu), text(wall), f"{faults:+.0f}",
                     f"{switches:+.0f}"])
        target(f"throughput while it is dumped every 100 ms, {name}", "0.99", text(cpu), cpu[0] >= 0.99,
               within_spread=cpu[2] >= 0.99)
    return ["Throughput with `memprof dump` every 100 ms over that without, by processor time and by the clock: median",
            f"of {pairs} pairs that take turns in who is first, and its interval at 95 %. On a machine with other work the",
            "clock tells of that work.", "",
            *table(["work", "a run", "dumps", "by processor time", "by the clock", "page faults", "own context switches"],
                   rows)]


def listing(rounds, say):
    say(f"live: {PROCESSES} processes")
    environment = {"LD_PRELOAD": SHIM, "MEMPROF_INTERVAL": "4096", "MEMPROF_COLLECTOR": "none"}
    pids = [start([f"{PROGRAMS}/../targets/ends", "wait"], environment)[0] for _ in range(PROCESSES)]
    try:
        command, took, cpu, listed = [MEMPROF, "ps"], [], [], 0
        while listed < PROCESSES:
            shown = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment_with({})).stdout
            listed = sum(" ends " in line for line in shown.splitlines())
        for _ in range(rounds):
            begin = time.monotonic()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env=environment_with({}))
            _, process.returncode, usage = os.wait4(process.pid, 0)
            took.append((time.monotonic() - begin) * 1e3)
            cpu.append((usage.ru_utime + usage.ru_stime) * 1e3)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        clean()
    median = statistics.median(took)
    target(f"`memprof ps` of {PROCESSES} processes", "100 ms", f"{median:.0f} ms", median <= 100,
           within_spread=min(took) <= 100)
    return ["", f"`memprof ps` of {PROCESSES} processes, start and end of the command included: median {median:.1f} ms by "
            f"the clock (least {min(took):.1f}), {statistics.median(cpu):.1f} ms of the processor, of {rounds}."]


def section(pairs, rounds, say):
    return ["## Looking at running processes", "", *throughput(pairs, say), *listing(rounds, say)]
