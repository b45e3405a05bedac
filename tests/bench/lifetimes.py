# SPDX-License-Identifier: Apache-2.0
"""What recording how blocks live costs, over exact mode without it: processor time, instructions, memory."""
import shutil
import statistics

import workloads as w
from instructions import count
from memory import MIB, resident
from report import table, target
from runner import ALLOCATIONS, Failed, clean, inspected, ratios
from variants import RECORDING, Variant


def followed(windows):
    return Variant(f"one of {windows} windows", RECORDING, {**RECORDING.environment, "MEMPROF_LIFETIMES": str(windows)})


ALL, SOME = followed(1), followed(8)
WORKLOADS = (w.XMLLINT, w.SQLITE, w.JQ, w.PYTHON, w.COMPILER, w.SEEDS)
MEDIAN, MOST = 1.3, 1.5  # of exact mode
BLOCK_BYTES, STACK_BYTES = 8, 400


def instructions(workload, variant):
    """Of a run large enough for many windows."""
    size = workload.sizes[1]
    return count(workload.command(size), {**workload.environment(), **variant.environment}, workload.input(size))


def measure(workload, rounds):
    """A row of the table, the ratio of processor time and that of instructions."""
    if not shutil.which(workload.command(workload.sizes[1])[0]):
        raise Failed("not installed")
    seen = []
    workload.cost(SOME, 1, lambda: seen.extend(inspected(ALLOCATIONS, r"^  allocations +(\d+),", r"^  lifetimes +(\d+) of")))
    measured = ratios(lambda variant: workload.cost(variant, 1), (SOME, ALL), rounds)
    counted = instructions(workload, SOME) / instructions(workload, RECORDING)
    row = [workload.name, f"{seen[0]:,}", f"{seen[1]:,}", f"{seen[2]:,}", *(measured[v][0].text(2) for v in (SOME, ALL)),
           f"{counted:.3f}"]
    return row, measured[SOME][0], counted


def costs(rounds, say):
    rows, times, counts, failed = [], [], [], []
    for workload in WORKLOADS:
        say(f"{workload.name}, lifetimes")
        try:
            row, time, counted = measure(workload, rounds)
        except (Failed, OSError) as error:
            failed.append(f"- {workload.name} could not be measured: {error}")
            continue
        rows.append(row)
        times.append(time)
        counts.append(counted)
        target(f"{workload.name}, lifetimes, CPU time of exact", f"<= {MOST}", time.text(2), time.median <= MOST, time.low <= MOST)
        target(f"{workload.name}, lifetimes, instructions of exact", f"<= {MOST}", f"{counted:.3f}", counted <= MOST)
    for what, found in (("CPU time", [time.median for time in times]), ("instructions", counts)):
        if found:
            median = statistics.median(found)
            target(f"lifetimes, {what} of exact, median of {len(found)} programs", f"<= {MEDIAN}", f"{median:.3f}",
                   median <= MEDIAN)
    heads = ["", "allocations", "followed", "stacks", *(f"{v.name}, CPU time" for v in (SOME, ALL)),
             f"{SOME.name}, instructions"]
    return [*table(heads, rows), *(["", *failed] if failed else [])]


def memory():
    """Of a live block, which keeps one word more, and of a stack in a shard."""
    blocks = 1_000_000
    without, _ = resident(RECORDING, blocks, 64, 1)
    clean()
    with_it, _ = resident(SOME, blocks, 64, 1)
    clean()
    each = (with_it - without) / blocks
    target("lifetimes, memory of a live block", f"<= {BLOCK_BYTES} B", f"{each:.1f} B", each <= BLOCK_BYTES + 0.5)
    found = []
    w.COMPILER.cost(SOME, 1, lambda: found.extend(inspected(
        r"^  lifetimes +(\d+) of", r"^  lifetimes .* records, (\d+) chunks", r"chunks of (\d+) bytes used",
        r"^  freed at +(\d+) of")))
    stacks, chunks, chunk_bytes, places = found
    record = chunks * chunk_bytes / stacks
    target("lifetimes, state of a stack and shard, cc1plus", f"<= {STACK_BYTES} B and its part of a chunk",
           f"{record:.0f} B", record <= STACK_BYTES * 1.05)
    return [f"A million live blocks of 64 bytes take {(with_it - without) / MIB:.1f} MiB more than in exact mode without "
            f"lifetimes, {each:.1f} bytes each. cc1plus has {stacks:,} stacks, of {record:.0f} bytes of the state each, and "
            f"{places:,} places where their blocks are freed, of 16."]


def section(rounds, say):
    return ["## Lifetimes", "", "How blocks live (`MEMPROF_LIFETIMES`), over exact mode without it, both recording only: "
            f"processor time of {rounds} pairs, and callgrind's instructions, start and end included.", "",
            *costs(rounds, say), "", *memory()]
