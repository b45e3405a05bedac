# SPDX-License-Identifier: Apache-2.0
"""What totals, peak and timeline cost: instructions of an event, the clock, a look, memory."""
import os
import subprocess
import sys

import workloads as w
from instructions import slope
from report import table, target
from runner import BUILD, PLACE, SHIM, Failed, clean, environment_with, inspected, run

SRC = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
EXACT = {"MEMPROF_INTERVAL": "1", "MEMPROF_SEED": "1", "MEMPROF_COLLECTOR": "none"}
EVENTS = (("pairs", ("{}", "32", "1"), 20000, 120000), ("stacks", ("{}", "1", "20", "walk"), 2000, 12000))


def without(name, flags):
    """The library built anew with tests/bench/alone in place of what counts."""
    library = f"{BUILD}/{name}/libmemprof.so"
    done = subprocess.run([os.environ.get("MAKE") or "make", "-s", f"B={BUILD}/{name}",
                           f"CPPFLAGS=-iquote tests/bench/alone {flags}", library], cwd=SRC, check=False,
                          capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"cannot build the library without the peak: {done.stderr[:500]}")
    return library


def instructions(*libraries):
    """[(workload, instructions of an event with each)]; two events are an operation."""
    return [(" ".join((program, *arguments)),
             [slope(program, arguments, small, large, {"LD_PRELOAD": library, **EXACT}) / 2 for library in libraries])
            for program, arguments, small, large in EVENTS]


def costs():
    """What tests/shim/cost.c prints: by its first words."""
    environment = dict(environment_with({}), MEMPROF_DIR=PLACE)
    done = subprocess.run([f"{BUILD}/tests/shim/cost"], env=environment, check=True, capture_output=True, text=True)
    clean()
    found = {"look": [], "rate": []}
    for line in done.stdout.splitlines():
        what, *numbers = line.split()
        numbers = [float(number) for number in numbers]
        if what in found:
            found[what].append(numbers)
        else:
            found[what] = numbers[0]
    return found


def memory():
    """The counters of a run with many sites, and KiB of PEAKS: what is made is resident."""
    run(w.COMPILER.command(w.COMPILER.sizes[1]), {"LD_PRELOAD": SHIM, **EXACT}, w.COMPILER.input(w.COMPILER.sizes[1]))
    counters, chunks, chunk_bytes = inspected(r"^  counters +(\d+) of", r"^  peaks +\d+ of +\d+ records, (\d+) chunks",
                                              r"chunks of (\d+) bytes used")
    clean()
    return counters, chunks * chunk_bytes / 1024


def section():
    lines = ["## Totals, peak and timeline", "",
             "Instructions of an event (an allocation or a free at interval 1) that are for them: beyond those of a library "
             "that was built without.  Saves are left out: no epoch begins here.", ""]
    rows = []
    for what, (whole, no_peak, bare) in instructions(SHIM, without("no-peak", ""), without("bare", "-DCOUNT_BARE")):
        rows.append((what, f"{whole:.1f}", f"{whole - no_peak:.1f}", f"{no_peak - bare:.1f}"))
        target(f"instructions of an event for the peak, {what}", "<= 15", f"{whole - no_peak:.1f}", whole - no_peak <= 15)
    lines += table(("", "an event", "for the peak", "for totals and timeline"), rows)
    found = costs()
    step = 100 * found["points"] / 1e9 * 100  # a hundred steps a second, in per cent
    rows = []
    for wanted, events, ticks in found["rate"]:
        share = ticks * found["tick"] / 1e9 * 100 + step
        rows.append((f"{wanted:,.0f}" if wanted else "as many as can be", f"{events:,.0f}", f"{ticks:,.0f}", f"{share:.3f} %"))
        target(f"timeline, {events:,.0f} events a second", "<= 0.3 % of a CPU", f"{share:.3f} %", share <= 0.3)
    lines += ["", f"The timeline, by one thread: the clock is read ({found['tick']:.1f} ns), and a hundred times a second "
              f"points are written ({found['points']:.1f} ns).", ""]
    lines += table(("events a second, wanted", "events", "the clock is read", "of one CPU"), rows)
    lines += ["", "A look at the totals of all shards, of a thread among others that wait:", ""]
    lines += table(("threads", "ns"), [(f"{threads:.0f}", f"{ns:.0f}") for threads, ns in found["look"]])
    counters, kib = memory()
    lines += ["", f"PEAKS is as large as the counters: {kib:,.0f} KiB resident for {counters:,} counters of cc1plus, "
              f"{1024 * kib / counters:.0f} bytes each (40 and the rest of chunks)."]
    return lines


def main():
    over = False
    for what, (whole, no_peak) in instructions(SHIM, without("no-peak", "")):
        print(f"{what}: {whole:.1f} instructions an event, {whole - no_peak:.1f} of them for the peak")
        over |= not 0 < whole - no_peak <= float(sys.argv[1])
    return over


if __name__ == "__main__":
    sys.exit(main())
