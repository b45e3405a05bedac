# SPDX-License-Identifier: Apache-2.0
"""Start and end of a program: what it costs that we are there, and that a profile is
written."""
import statistics
import subprocess
from dataclasses import replace

import heavy
from report import table, target
from runner import PLACE, PROGRAMS, clean, run
from variants import DEFAULT, EXACT, PLAIN

# Debug files that are installed (valgrind needs libc6-dbg) are not looked for.
BARE = replace(EXACT, environment={**EXACT.environment, "MEMPROF_DEBUG_DIR": "/nonexistent"})


def medians(commands, rounds):
    """For (command, variant): (ms from exec to end, ms from its last act to its end),
    taken in turns."""
    took = [[] for _ in commands]
    for _ in range(rounds):
        for index, (command, variant) in enumerate(commands):
            result = run(command, variant.environment)
            acts = result.output.strip()
            after = (result.ended_ns - int(acts)) / 1e6 if acts else 0.0
            took[index].append((result.wall_s * 1e3, after))
            clean()
    return [(statistics.median(a for a, _ in t), statistics.median(b for _, b in t)) for t in took]


def section(rounds):
    true, act = ["/bin/true"], f"{PROGRAMS}/last_act"
    few = [act, "allocate", "100", "100"]
    stripped = f"{PLACE}/last_act"
    subprocess.run(["strip", "-o", stripped, act], check=True)
    (plain, _), (ours, _) = medians([(true, PLAIN), (true, DEFAULT)], rounds * 15)
    target("start and end of `true`, nothing sampled", "<= 1 ms added", f"{ours - plain:.2f} ms", ours - plain <= 1)
    rows = [["start and end of `true`, nothing sampled", f"{plain:.2f}", f"{ours:.2f}", f"{ours - plain:.2f}"]]
    small = ["allocate", "100000", "1000"]  # 100 MB: some 200 samples
    cases = [("end, nothing sampled", [act, "allocate", "0", "0"], DEFAULT, rounds * 5),
             ("end, 200 samples, no debug info", [stripped, *small], DEFAULT, rounds * 3),
             ("end, 200 samples, small debug info", [act, *small], DEFAULT, rounds * 3),
             ("start and end, 100 allocations, exact, profile written, no debug files", few, BARE, rounds * 5),
             ("the same, libc6-dbg installed", few, EXACT, rounds * 5),
             (f"end, 200 samples, {heavy.debug_megabytes():.0f} MB of debug info", [heavy.program(), *small], DEFAULT, 3)]
    for name, command, variant, times in cases:
        plain, ours = medians([(command, PLAIN), (command, variant)], times)
        which = 0 if command is few else 1
        added = ours[which] - plain[which]
        if which == 0:
            target(name, "<= 15 ms added", f"{added:.2f} ms", added <= 15)
        rows.append([name, f"{plain[which]:.2f}", f"{ours[which]:.2f}", f"{added:.2f}"])
    return ["## Start and end", "", "Milliseconds on the clock; the end is the time from a program's last act to its "
            "end, with the collector that writes the profile.", "",
            *table(["", "plain", "with us", "added"], rows)]
