# SPDX-License-Identifier: Apache-2.0
"""What it costs a process that others look at it: its throughput, page faults and context switches while it is dumped
every 100 ms, scraped each second and watched; and what it costs to list 200 processes."""
import os
import random
import signal
import socket
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass

from report import table, target
from runner import MEMPROF, PLACE, PROGRAMS, SHIM, Failed, clean, environment_with, start, states

DUMP_EVERY_S = 0.1
SCRAPE_EVERY_S = 1.0
PROCESSES = 200
RESAMPLES = 4000


@dataclass
class Cost:
    wall_s: float
    cpu_s: float
    faults: int
    switches: int  # those of its own: it waited
    looks: int


WORKS = {
    "std::map, 512K": ([f"{PROGRAMS}/map", "4000000"], {"MEMPROF_INTERVAL": "512K"}),
    "std::map, exact": ([f"{PROGRAMS}/map", "2000000"], {"MEMPROF_INTERVAL": "1"}),
}


class Nobody:
    """Looks at a process: begin() before it is started, look() again and again while it runs, end() afterwards."""
    name, every_s = "nobody looks", None

    def begin(self):
        pass

    def look(self, pid):
        """True: it was looked at."""

    def end(self):
        pass


class Dumps(Nobody):
    """Each a process of its own, as somebody's script has it."""
    name, every_s = "`memprof dump` every 100 ms", DUMP_EVERY_S

    def look(self, pid):
        return subprocess.run([MEMPROF, "dump", "-q", "-o", f"{PLACE}/recording.pb.gz", str(pid)], check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment_with({})).returncode == 0


class Scrapes(Nobody):
    """Its metrics and its profile, of a server that was there before it."""
    name, every_s = "`memprof serve`, scraped each second", SCRAPE_EVERY_S

    def begin(self):
        self.path = f"{PLACE}/serve.socket"
        self.server = subprocess.Popen([MEMPROF, "serve", "--listen", f"unix:{self.path}"], stdout=subprocess.PIPE,
                                       env=environment_with({}))
        if not self.server.stdout.readline():
            raise Failed("memprof serve did not start")

    def get(self, path):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.path)
            client.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            answer = b"".join(iter(lambda: client.recv(1 << 16), b""))
        return answer.startswith(b"HTTP/1.1 200")

    def look(self, pid):
        return self.get("/metrics") and self.get(f"/{pid}/debug/pprof/heap")

    def end(self):
        self.server.terminate()
        self.server.wait()
        self.server.stdout.close()


class Watches(Nobody):
    """On a terminal, which refreshes itself."""
    name, every_s = "`memprof top`", 0.05

    def begin(self):
        self.is_begun = False

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-f", "/dev/null", "-S", f"{PLACE}/tmux.socket", *arguments], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment_with({"LC_ALL": "C.UTF-8"})).stdout

    def look(self, pid):
        if not self.is_begun and states():
            self.tmux("new-session", "-d", "-x", "110", "-y", "30", f"exec {MEMPROF} top {pid}")
            self.is_begun = True
            return True
        return False

    def end(self):
        if self.is_begun:
            while not (shown := self.tmux("capture-pane", "-p")).strip():
                time.sleep(0.05)
            self.tmux("kill-server")
            if not shown.startswith("memprof top"):
                raise Failed(f"memprof top shows {shown[:200]}")


WATCHERS = (Dumps, Scrapes, Watches)


def look_until(watcher, pid, over, looks):
    while not over.wait(watcher.every_s):
        looks.append(bool(watcher.look(pid)))


def measure(command, environment, kind):
    added = {"LD_PRELOAD": SHIM, "MEMPROF_COLLECTOR": "none", **environment}
    watcher, over, looks, thread = kind(), threading.Event(), [], None
    watcher.begin()
    pid, begin_ns = start(command, added, stdout=f"{PLACE}/output")
    if watcher.every_s:
        thread = threading.Thread(target=look_until, args=(watcher, pid, over, looks))
        thread.start()
    _, _, usage = os.wait4(pid, 0)
    wall = (time.monotonic_ns() - begin_ns) / 1e9
    over.set()
    if thread:
        thread.join()
    watcher.end()
    clean()
    if thread and not sum(looks):
        raise Failed(f"{' '.join(command)} ended before anybody looked: {watcher.name}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_minflt + usage.ru_majflt, usage.ru_nvcsw, sum(looks))


def interval(ratios):
    """The median of what pairs have, and its interval at 95 %, by drawing pairs anew."""
    source = random.Random(1)
    medians = sorted(statistics.median(source.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES))
    return statistics.median(ratios), medians[int(RESAMPLES * 0.025)], medians[int(RESAMPLES * 0.975)]


def text(of):
    return f"{of[0]:.4f} ({of[1]:.4f} to {of[2]:.4f})"


def difference(without, with_it):
    """As text, and whether it is none: its interval has zero in it, or it is a hundredth at most."""
    of = interval([b - a for a, b in zip(without, with_it)])
    return f"{of[0]:+.0f} ({of[1]:+.0f} to {of[2]:+.0f})", of[1] <= 0 <= of[2] or abs(of[0]) <= statistics.median(without) / 100


def compared(name, kind, pairs):
    """A row of the table, of (without, with) for each pair."""
    cpu = interval([a.cpu_s / b.cpu_s for a, b in pairs])
    wall = interval([a.wall_s / b.wall_s for a, b in pairs])
    faults, same_faults = difference([a.faults for a, _ in pairs], [b.faults for _, b in pairs])
    switches, same_switches = difference([a.switches for a, _ in pairs], [b.switches for _, b in pairs])
    target(f"throughput, {kind.name}, {name}", "0.99", text(cpu), cpu[0] >= 0.99, within_spread=cpu[2] >= 0.99)
    target(f"page faults, {kind.name}, {name}", "unchanged", faults, same_faults)
    target(f"own context switches, {kind.name}, {name}", "unchanged", switches, same_switches)
    return [f"{kind.name}; {name}", f"{statistics.median(a.wall_s for a, _ in pairs):.1f} s",
            "" if kind is Watches else f"{statistics.median(b.looks for _, b in pairs):.0f}", text(cpu), text(wall),
            f"{faults} of {statistics.median(a.faults for a, _ in pairs):.0f}",
            f"{switches} of {statistics.median(a.switches for a, _ in pairs):.0f}"]


def throughput(pairs, say):
    rows = []
    for name, (command, environment) in WORKS.items():
        found = {kind: [] for kind in WATCHERS}
        for n in range(pairs):
            kinds = [Nobody, *WATCHERS]  # who is first takes turns
            costs = {kind: measure(command, environment, kind) for kind in kinds[n % 4:] + kinds[:n % 4]}
            for kind in WATCHERS:
                found[kind].append((costs[Nobody], costs[kind]))
            say(f"live: {name}, pair {n + 1} of {pairs}")
        rows += [compared(name, kind, found[kind]) for kind in WATCHERS]
    return ["Throughput while somebody looks over that while nobody does, by processor time and by the clock: median of",
            f"{pairs} pairs, whose runs take turns in who is first, and its interval at 95 %. On a machine with other work the",
            "clock tells of that work. Of page faults and context switches, which are the process's own, the difference is told.", "",
            *table(["who looks; at what", "a run", "looks", "by processor time", "by the clock", "page faults",
                    "own context switches"], rows)]


def scrape_all(rounds):
    """How many milliseconds a scrape of all processes takes, each made anew: what was made within 100 ms is shared."""
    scrapes, took = Scrapes(), []
    scrapes.begin()
    try:
        for _ in range(rounds):
            time.sleep(0.2)
            begin = time.monotonic()
            if not scrapes.get("/metrics"):
                raise Failed("memprof serve does not answer /metrics")
            took.append((time.monotonic() - begin) * 1e3)
    finally:
        scrapes.end()
    return took


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
        scraped = scrape_all(rounds)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        clean()
    median = statistics.median(took)
    target(f"`memprof ps` of {PROCESSES} processes", "100 ms", f"{median:.0f} ms", median <= 100,
           within_spread=min(took) <= 100)
    target(f"`/metrics` of {PROCESSES} processes", "100 ms", f"{statistics.median(scraped):.0f} ms",
           statistics.median(scraped) <= 100, within_spread=min(scraped) <= 100)
    return ["", f"`memprof ps` of {PROCESSES} processes, start and end of the command included: median {median:.1f} ms by "
            f"the clock (least {min(took):.1f}), {statistics.median(cpu):.1f} ms of the processor, of {rounds}.",
            f"`/metrics` of them by `memprof serve`: median {statistics.median(scraped):.1f} ms (least {min(scraped):.1f})."]


def section(pairs, rounds, say):
    return ["## Looking at running processes", "", *throughput(pairs, say), *listing(rounds, say)]
