# SPDX-License-Identifier: Apache-2.0
"""What an allocation costs as the program grows: live blocks, sites, depth, threads,
libraries.  Nanoseconds of CPU for an operation, as the program itself measures them."""
import shutil
import statistics

from report import table
from runner import LOST, PLACE, PROGRAMS, clean, inspected, run
from variants import PLAIN, RECORDING, SAMPLING

ROOM = {"MEMPROF_STATE_MAX": "2G"}


def point(command, rounds):
    """([plain, default, exact] in ns, events lost)"""
    costs, gone = ([], [], []), 0
    for _ in range(rounds):
        for which, variant in enumerate((PLAIN, SAMPLING, RECORDING)):
            result = run([f"{PROGRAMS}/{command[0]}", *map(str, command[1:])], {**variant.environment, **ROOM})
            costs[which].append(float(result.output))
            gone += inspected(LOST)[0] if variant is RECORDING else 0
            clean()
    return [statistics.median(c) for c in costs], gone


def curve(head, points, rounds):
    """points: (label, command)"""
    rows = []
    for label, command in points:
        (plain, default, exact), gone = point(command, rounds)
        rows.append([label, f"{plain:.1f}", f"{default - plain:+.1f}", f"{exact - plain:+.1f}" +
                     (f" ({gone} lost)" if gone else "")])
    return [*table([head, "plain, ns", "default adds", "exact adds"], rows), ""]


def many_libraries(count):
    for n in range(count):
        shutil.copy(f"{PROGRAMS}/libpair.so", f"{PLACE}/lib{n}.so")
    return f"{PLACE}/lib"


def section(rounds):
    blocks = [(f"{n:,}", ("replace", 1_000_000, n)) for n in (1000, 10_000, 100_000, 1_000_000, 10_000_000)]
    sites = [(f"{n:,}", ("stacks", 400_000, n, 44, "random")) for n in (10, 100, 1000, 10_000, 100_000, 1_000_000)]
    depths = (5, 20, 50, 100, 200)
    same = [(str(n), ("stacks", 2_000_000, 1, n, "stay")) for n in depths]
    again = [(str(n), ("stacks", 200_000, 1, n, "walk")) for n in depths]
    new = [(str(n), ("stacks", 100_000, 64, n, "random")) for n in depths]
    threads = [(str(n), ("pairs", 4_000_000, 32, n)) for n in (1, 2, 4, 8, 16, 32, 64)]
    fibers = [(f"{label}, {n} frames", ("fibers", 200_000, where, n))
              for n in (5, 20, 100)
              for where, label in (("main", "main stack"), ("fiber", "a fiber"), ("first", "a fiber, and no other sample"),
                                   ("turns", "1000 fibers in turn"))]
    deep = [(f"{label}, {n} frames", ("fibers", 100_000, where, n))
            for where, label in (("main", "main stack"), ("fiber", "a fiber"), ("swing", "each of the last 40"))
            for n in (440, 500, 520, 2000)]
    prefix = many_libraries(500)
    libraries = [(str(n), ("libraries", 300_000, prefix, n)) for n in (10, 50, 100, 250, 500)]
    return ["## Scaling", "", "CPU nanoseconds for a pair of malloc and free, and what we add to them.", "",
            *curve("live blocks (replaced at random)", blocks, rounds),
            *curve("sites (drawn at random, 44 frames, all that differs near the root)", sites, rounds),
            *curve("depth (a loop at the bottom of the stack)", same, rounds),
            *curve("depth (the same stack, entered again from main for each pair)", again, rounds),
            *curve("depth (one of 64 stacks that part near main, for each pair)", new, rounds),
            *curve("fibers", fibers, rounds),
            *curve("deeper than the limit of 512", deep, rounds),
            *curve("threads (on all processors; CPU time)", threads, rounds),
            *curve("libraries (called at random)", libraries, rounds)]
