# SPDX-License-Identifier: Apache-2.0
"""What we add to the resident set, for each live block and each thread, and how large a
state is; heaptrack's with its interpreter."""
import os
import subprocess

from report import table, target
from runner import PLACE, PROGRAMS, clean, environment_with, run, states
from variants import HEAPTRACK_PRELOAD, PLAIN, RECORDING, SAMPLING

KIB, MIB = 1024, 1 << 20


def resident(variant, blocks, size, threads):
    result = run([f"{PROGRAMS}/hold", str(blocks), str(size), str(threads)], variant.environment)
    on_disk = [os.stat(path).st_blocks * 512 for path in states()]
    return int(result.output), sum(on_disk)


def interpreter_bytes(recording):
    """The largest resident set of heaptrack_interpret on this recording."""
    program = "/usr/lib/heaptrack/libexec/heaptrack_interpret"
    if not os.path.exists(program):
        return 0
    with open(recording, "rb") as file:
        process = subprocess.Popen([program], stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env=environment_with({}))
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return usage.ru_maxrss * KIB


def added_by_blocks():
    rows = []
    for blocks, size in ((100_000, 64), (1_000_000, 64), (4_000_000, 64), (1_000_000, 400)):
        plain, _ = resident(PLAIN, blocks, size, 1)
        cells, each = [f"{blocks:,} of {size} B", f"{plain / MIB:.0f}"], []
        for variant in (SAMPLING, RECORDING):
            with_it, on_disk = resident(variant, blocks, size, 1)
            clean()
            added = with_it - plain
            each.append(added / blocks)
            cells += [f"{added / MIB:.2f}", f"{each[-1]:.1f}", f"{on_disk / KIB:.0f}"]
            if variant is SAMPLING:
                bound = 2 * MIB + blocks * size // 100
                target(f"memory, default, {cells[0]}", f"<= {bound / MIB:.2f} MiB added", f"{added / MIB:.2f} MiB",
                       added <= bound)
            else:
                target(f"memory, exact, {cells[0]}", "<= 48 B a live block", f"{each[-1]:.1f} B", each[-1] <= 48)
        if HEAPTRACK_PRELOAD.present:
            with_it, _ = resident(HEAPTRACK_PRELOAD, blocks, size, 1)
            recording = HEAPTRACK_PRELOAD.environment["DUMP_HEAPTRACK_OUTPUT"]
            interpreter = interpreter_bytes(recording)
            cells += [f"{(with_it - plain) / MIB:.1f} + {interpreter / MIB:.1f}",
                      f"{(with_it - plain + interpreter) / blocks:.1f}"]
            theirs = (with_it - plain + interpreter) / blocks
            target(f"memory, exact, {cells[0]}", f"less than heaptrack's {theirs:.1f} B",
                   f"{each[1]:.1f} B", each[1] < theirs)
            clean()
        rows.append(cells)
    heads = ["live blocks", "plain, MiB", "default: added MiB", "B/block", "state on disk, KiB", "exact: added MiB",
             "B/block", "state on disk, KiB"]
    if HEAPTRACK_PRELOAD.present:
        heads += ["heaptrack: preload + interpreter, MiB", "B/block"]
    return table(heads, rows)


def added_by_threads():
    rows = []
    for threads in (1, 16, 64, 250, 1000):
        blocks = threads * 1000
        plain, _ = resident(PLAIN, blocks, 64, threads)
        cells = [str(threads), f"{plain / MIB:.1f}"]
        for variant in (SAMPLING, RECORDING):
            with_it, on_disk = resident(variant, blocks, 64, threads)
            clean()
            cells += [f"{(with_it - plain) / MIB:.2f}", f"{(with_it - plain) / threads / KIB:.1f}",
                      f"{on_disk / KIB:.0f}"]
            if variant is SAMPLING and threads >= 250:
                target(f"memory, default, {threads} threads", "<= 8 KiB a thread",
                       f"{(with_it - plain) / threads / KIB:.1f} KiB", with_it - plain <= threads * 8 * KIB)
        rows.append(cells)
    return table(["threads, each with 1000 blocks of 64 B", "plain, MiB", "default: added MiB", "KiB/thread",
                  "state on disk, KiB", "exact: added MiB", "KiB/thread", "state on disk, KiB"], rows)


def section():
    return ["## Memory", "", "Resident set at the end, all blocks still live; the state's pages, which lie in shared "
            "memory, are counted in it.", "", *added_by_blocks(), "", *added_by_threads()]
