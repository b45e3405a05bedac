# SPDX-License-Identifier: Apache-2.0
"""Start and end of a program: what it costs that we are there, and that a profile is
written."""
import os
import statistics
import subprocess
from dataclasses import replace

import heavy
from report import table, target
from runner import PLACE, PROGRAMS, clean, run
from variants import DEFAULT, EXACT, PLAIN, RECORDING

def with_environment(variant, **more):
    return replace(variant, environment={**variant.environment, **more})


# Debug files that are installed (valgrind needs libc6-dbg) are not looked for.
BARE = with_environment(EXACT, MEMPROF_DEBUG_DIR="/nonexistent", MEMPROF_CACHE="off")
COLD = with_environment(EXACT, MEMPROF_CACHE="off")
WARM = with_environment(EXACT, MEMPROF_CACHE=f"{PLACE}/symbols")
WARM_DEFAULT = with_environment(DEFAULT, MEMPROF_CACHE=f"{PLACE}/symbols")

SOURCE = """#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netdb.h>
""" + "\n".join(f"int f{n}(const char *s) {{ char b[{n + 9}]; return snprintf(b, sizeof b, \"%s\", s) + atoi(b); }}"
               for n in range(150))


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


def make_of_12():
    """A directory with 12 sources and a Makefile; the command that builds them anew."""
    place = f"{PLACE}/twelve"
    os.makedirs(place, exist_ok=True)
    for n in range(12):
        with open(f"{place}/{n}.c", "w") as file:
            file.write(SOURCE)
    with open(f"{place}/Makefile", "w") as file:
        file.write("all: $(patsubst %.c,%.o,$(wildcard *.c))\n%.o: %.c\n\t@gcc -O1 -g -c $< -o $@\n")
    return ["make", "-s", "-B", "-j2", "-C", place]


def many(rounds):
    """Programs that are started again and again: their symbols are read once."""
    listing = ["sh", "-c", "for n in $(seq 60); do ls / >/dev/null; done"]
    rows = []
    for name, command, base, variant, bound in (
            ("60 x `ls`, exact, against recording alone", listing, RECORDING, WARM, 2),
            ("the same without the cache", listing, RECORDING, COLD, None),
            ("`make -j2` of 12 files, default, against plain", make_of_12(), PLAIN, WARM_DEFAULT, 1.3)):
        run(command, variant.environment)  # what is to be in the cache
        (before, _), (after, _) = medians([(command, base), (command, variant)], rounds)
        if bound:
            target(name, f"<= {bound}", f"{after / before:.2f}", after / before <= bound)
        rows.append([name, f"{before:.0f}", f"{after:.0f}", f"{after / before:.2f}"])
    return ["", *table(["many processes", "base, ms", "with us, ms", "ratio"], rows)]


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
             ("the same, libc6-dbg installed, no cache", few, COLD, rounds * 5),
             ("the same, libc6-dbg installed, names in the cache", few, WARM, rounds * 5),
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
            *table(["", "plain", "with us", "added"], rows), *many(rounds)]
