# SPDX-License-Identifier: Apache-2.0
"""Start and end of a program: what it costs that we are there, and that a profile is
written."""
import os
import statistics
import subprocess
from dataclasses import dataclass, replace

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


@dataclass
class Cost:
    """Of one run, in ms: on the clock from exec to end, from its last act to its end, and of
    the processor, all its processes together."""
    wall: float
    end: float
    cpu: float


def in_turns(commands, rounds):
    """For each (command, variant), its costs; all take turns, so that those of one round had
    the same machine."""
    took = [[] for _ in commands]
    for _ in range(rounds):
        for costs, (command, variant) in zip(took, commands):
            result = run(command, variant.environment)
            acts = result.output.strip()
            end = (result.ended_ns - int(acts)) / 1e6 if acts.isdigit() else 0.0
            costs.append(Cost(result.wall_s * 1e3, end, result.cpu_s * 1e3))
            clean()
    return took


def median(costs, which):
    return statistics.median(getattr(cost, which) for cost in costs)


def added(base, costs, which):
    return statistics.median(getattr(b, which) - getattr(a, which) for a, b in zip(base, costs))


def ratio(base, costs, which):
    return statistics.median(getattr(b, which) / getattr(a, which) for a, b in zip(base, costs))


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
        before, after = in_turns([(command, base), (command, variant)], rounds)
        wall, cpu = ratio(before, after, "wall"), ratio(before, after, "cpu")
        if bound:
            target(name, f"<= {bound}", f"{wall:.2f}, CPU {cpu:.2f}", wall <= bound)
        rows.append([name, f"<= {bound}" if bound else "", f"{median(before, 'wall'):.0f}",
                     f"{median(after, 'wall'):.0f}", f"{wall:.2f}", f"{cpu:.2f}"])
    return ["", *table(["many processes", "target", "base, ms", "with us, ms", "ratio", "ratio of CPU"], rows)]


def ends(rounds):
    """The end is compared with that of the same program without us, or, where it frees much
    on its way out, with that of recording alone."""
    act = f"{PROGRAMS}/last_act"
    stripped = f"{PLACE}/last_act"
    subprocess.run(["strip", "-o", stripped, act], check=True)
    few, small = [act, "allocate", "100", "100"], ["allocate", "100000", "1000"]  # 100 MB: some 200 samples
    python = ["/usr/bin/python3", "-c", "import time; print(time.monotonic_ns())"]
    rows = []
    for name, command, base, variant, times, bound in (
            ("nothing sampled", [act, "allocate", "0", "0"], PLAIN, DEFAULT, rounds * 5, None),
            ("200 samples, no debug info", [stripped, *small], PLAIN, DEFAULT, rounds * 3, None),
            ("200 samples, small debug info", [act, *small], PLAIN, DEFAULT, rounds * 3, None),
            ("100 allocations, exact, no debug files, no cache", few, PLAIN, BARE, rounds * 5, None),
            ("the same, libc6-dbg installed", few, PLAIN, COLD, rounds * 5, None),
            ("100 allocations, exact, libc6-dbg installed, names in the cache", few, PLAIN, WARM, rounds * 5, 6),
            ("python3, exact, names in the cache", python, RECORDING, WARM, rounds * 5, 10),
            (f"200 samples, {heavy.debug_megabytes():.0f} MB of debug info", [heavy.program(), *small], PLAIN, DEFAULT,
             3, None)):
        run(command, variant.environment)  # what is to be in the cache
        clean()
        before, after = in_turns([(command, base), (command, variant)], times)
        more, cpu = added(before, after, "end"), added(before, after, "cpu")
        if bound:
            target(f"end: {name}", f"<= {bound} ms added", f"{more:.2f} ms, CPU {cpu:.2f} ms", more <= bound)
        rows.append([name, f"<= {bound}" if bound else "", f"{median(before, 'end'):.2f}",
                     f"{median(after, 'end'):.2f}", f"{more:.2f}", f"{cpu:.2f}"])
    return ["", *table(["end", "target", "base", "with us", "added", "CPU added to the whole run"], rows)]


def section(rounds):
    true = ["/bin/true"]
    plain, ours = in_turns([(true, PLAIN), (true, DEFAULT)], rounds * 15)
    more, cpu = added(plain, ours, "wall"), added(plain, ours, "cpu")
    target("start and end of `true`, nothing sampled", "<= 1 ms added", f"{more:.2f} ms, CPU {cpu:.2f} ms", more <= 1)
    return ["## Start and end", "",
            "Milliseconds on the clock, medians; what is added is the median of the rounds' differences, a ratio that "
            "of their ratios. The end is the time from a program's last act to its end, with the collector that writes "
            "the profile. CPU is of all processes of the run, and moves less where the machine is busy.", "",
            f"`true`, from start to end, nothing sampled: {median(plain, 'wall'):.2f} plain, "
            f"{median(ours, 'wall'):.2f} with us, {more:.2f} added (<= 1; CPU {cpu:.2f}).",
            *ends(rounds), *many(rounds)]
