# SPDX-License-Identifier: Apache-2.0
"""Instructions by callgrind: repeatable, where time does not resolve a few per cent."""
import os
import re
import subprocess

import workloads as w
from report import table, target
from runner import PLACE, PROGRAMS, Failed, clean, environment_with
from variants import RECORDING, SAMPLERS, SAMPLING

COUNTED = (w.PAIRS, w.REPLACE, w.HANDOFF, w.MAP, w.SQLITE, w.PYTHON)


def count(command, added=None, stdin=None):
    """Instructions of the process, its start and end included, our collector not."""
    out = f"{PLACE}/recording.callgrind"
    wrapped = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}", "--", *command]
    # Its malloc stays the program's, as in a plain run: callgrind replaces none.
    with open(stdin or "/dev/null", "rb") as file:
        done = subprocess.run(wrapped, env=environment_with(added or {}), stdin=file, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, check=False, cwd=PLACE)
    if done.returncode or not os.path.exists(out):
        raise Failed(f"{wrapped} ended with {done.returncode}: {done.stderr[:300]}")
    with open(out, encoding="utf-8", errors="replace") as file:
        found = re.search(r"^(?:summary|totals):\s+(\d+)", file.read(), re.M)
    clean()
    return int(found[1])


def slope(program, arguments, small, large, added=None):
    """Instructions of one operation more: start and end cancel out."""
    counts = [count([f"{PROGRAMS}/{program}", *(str(a).replace("{}", str(n)) for a in arguments)], added)
              for n in (small, large)]
    return (counts[1] - counts[0]) / (large - small)


def of_workload(workload, variants):
    """{variant: ratio to its base}"""
    size = workload.sizes[2]
    counts = {}
    for variant in {v for pair in variants for v in (pair, pair.base)}:
        counts[variant] = count(workload.command(size), {**workload.environment(), **variant.environment},
                                workload.input(size))
    return {v: counts[v] / counts[v.base] for v in variants}


def section(say):
    variants = (SAMPLING, RECORDING, *SAMPLERS)
    rows = []
    for workload in COUNTED:
        say(f"{workload.name}, instructions")
        ratios = of_workload(workload, variants)
        rows.append([workload.name, *(f"{ratios[v]:.4f}" for v in variants)])
        if workload in (w.MAP, w.SQLITE):
            target(f"{workload.name}, default, instructions", "<= 1.025", rows[-1][1], ratios[SAMPLING] <= 1.025)
    return ["## Instructions", "", "By callgrind, start and end included, the collector not; samplers relative to the same "
            "library without.", "", *table(["", *(v.name for v in variants)], rows)]
