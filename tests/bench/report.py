# SPDX-License-Identifier: Apache-2.0
"""Markdown."""
import os
import re
import subprocess
import time


TARGETS = []  # (what, bound, measured, verdict): what the sections found of what was promised


def target(what, bound, measured, met, within_spread=False):
    """`within_spread`: the median misses the bound, what half of the pairs lie between does not."""
    verdict = "met" if met else "missed, within the spread" if within_spread else "**not met**"
    TARGETS.append((what, bound, measured, verdict))


def targets_section():
    rows = [list(found) for found in TARGETS]
    return ["## Targets", "", *table(["", "target", "measured", ""], rows)] if rows else []


def table(heads, rows):
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(f"| {' | '.join(row)} |" for row in rows)]


def first(pattern, path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            found = re.search(pattern, file.read(), re.M)
            return found[1].strip() if found else "unknown"
    except OSError:
        return "unknown"


def version_of(package):
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False).stdout or "not installed"


def machine():
    """What was measured on: the kind of machine, never its name."""
    peers = ("libc6", "heaptrack", "libjemalloc2", "libgoogle-perftools4", "valgrind", "redis-server", "sqlite3")
    mib = int(first(r"^MemTotal:\s+(\d+)", "/proc/meminfo")) // 1024
    model = first(r"^model name\s*:\s*(.*)$", "/proc/cpuinfo")
    virtual = " (virtual)" if re.search(r"^flags\s*:.*\bhypervisor\b", open("/proc/cpuinfo", encoding="utf-8").read(),
                                        re.M) else ""
    kernel = ".".join(os.uname().release.split(".")[:2])
    return [f"- {time.strftime('%Y-%m-%d')}, memprof {os.environ.get('VERSION', '')}",
            f"- {os.cpu_count()} processors, {model}{virtual}, {mib // 1024} GiB; Linux {kernel}; "
            f"{first('^PRETTY_NAME=.(.*).$', '/etc/os-release')}",
            f"- {', '.join(f'{p} {version_of(p)}' for p in peers)}"]


def load():
    return os.getloadavg()[0]
