# SPDX-License-Identifier: Apache-2.0
"""Runs a command and measures it; compares commands in pairs."""
import atexit
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

BUILD = os.path.abspath(os.environ.get("B", "build"))
SHIM = f"{BUILD}/libmemprof.so"
MEMPROF = f"{BUILD}/memprof"
PROGRAMS = f"{BUILD}/bench"


def place_for_files():
    """A fresh directory, in memory where that is possible: no disk takes part."""
    room = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    if room and shutil.disk_usage(room).free < 3 << 30:
        room = None
    return tempfile.mkdtemp(prefix="memprof-bench.", dir=room)


PLACE = place_for_files()
atexit.register(shutil.rmtree, PLACE, ignore_errors=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # removes it, too


@dataclass
class Result:
    cpu_s: float
    wall_s: float
    resident_bytes: int  # the largest of its processes
    output: str
    ended_ns: int  # on the monotonic clock


class Failed(Exception):
    pass


def environment_with(added):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MEMPROF_", "LD_"))}
    return {**kept, "MEMPROF_DIR": f"{PLACE}/states", "LC_ALL": "C", **added}


def start(command, added, stdin=None, stdout=None):
    """Starts the command itself, without a shell or `env` in between that the preloaded
    library would measure too."""
    actions = [(os.POSIX_SPAWN_OPEN, 0, stdin or "/dev/null", os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, stdout or "/dev/null", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
               (os.POSIX_SPAWN_OPEN, 2, f"{PLACE}/errors", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
    os.makedirs(f"{PLACE}/states", mode=0o700, exist_ok=True)
    return os.posix_spawnp(command[0], command, environment_with(added), file_actions=actions), time.monotonic_ns()


def finish(started, command, ok=(0,)):
    pid, start_ns = started
    _, status, usage = os.wait4(pid, 0)
    ended = time.monotonic_ns()
    if os.waitstatus_to_exitcode(status) not in ok:
        with open(f"{PLACE}/errors", encoding="utf-8", errors="replace") as file:
            raise Failed(f"{' '.join(command)[:300]} ended with {os.waitstatus_to_exitcode(status)}: {file.read(500)}")
    return Result(usage.ru_utime + usage.ru_stime, (ended - start_ns) / 1e9, usage.ru_maxrss * 1024, "", ended)


def run(command, added=None, stdin=None):
    result = finish(start(command, added or {}, stdin, f"{PLACE}/output"), command)
    with open(f"{PLACE}/output", encoding="utf-8", errors="replace") as file:
        result.output = file.read(1 << 20)
    return result


def clean():
    """Removes what a run left, states and recordings alike."""
    for name in os.listdir(PLACE):
        if name.startswith(("states", "recording")):
            path = f"{PLACE}/{name}"
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)


def states():
    folder = f"{PLACE}/states"
    return [f"{folder}/{n}" for n in os.listdir(folder) if n.endswith(".state")] if os.path.isdir(folder) else []


def inspected(*patterns):
    """For each pattern, the sum of the numbers it finds in what `memprof inspect` shows of
    the states that were left."""
    shown = "".join(subprocess.run([MEMPROF, "inspect", state], stdout=subprocess.PIPE, text=True, check=False).stdout
                    for state in states())
    return [sum(int(n) for n in re.findall(pattern, shown, re.M)) for pattern in patterns]


ALLOCATIONS, LOST = r"^  taken +(\d+)$", r"^  (?:live table full|no \w.*|growth refused) +(\d+)$"


class Sample:
    """Numbers of one kind: the median, and half of them lie between low and high."""

    def __init__(self, values):
        self.values = sorted(values)
        self.median = statistics.median(self.values)
        quartiles = statistics.quantiles(self.values, n=4, method="inclusive") if len(values) > 1 else [self.median] * 3
        self.low, self.high = quartiles[0], quartiles[2]

    def text(self, digits=3):
        return f"{self.median:.{digits}f} ({self.low:.{digits}f}-{self.high:.{digits}f})"


def ratios(measure, variants, rounds):
    """{variant: Sample of its cost over that of its base in the same pair}.  The two of a
    pair run one after the other, and take turns in who is first."""
    found = {variant: [] for variant in variants}
    costs = {variant: [] for variant in variants}
    for n in range(rounds):
        for variant in variants:
            if n % 2:
                with_it = measure(variant)
                without = measure(variant.base)
            else:
                without = measure(variant.base)
                with_it = measure(variant)
            found[variant].append(with_it / without)
            costs[variant].append((without, with_it))
    return {v: (Sample(r), Sample([a for a, _ in costs[v]]), Sample([b for _, b in costs[v]])) for v, r in found.items()}
