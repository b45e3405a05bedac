# SPDX-License-Identifier: Apache-2.0
"""A recording becomes a profile: 100 000 sites of 100 frames from a program with 100 MB of
debug info; heaptrack's two steps on the same run."""
import gzip
import os
import shutil
import statistics
import subprocess
import time

import heavy
from report import table, target
from runner import MEMPROF, PLACE, Failed, Result, clean, environment_with, run, states
from variants import HEAPTRACK_PRELOAD, RECORDING

SITES, DEPTH = 100_000, 100
INTERPRETER = "/usr/lib/heaptrack/libexec/heaptrack_interpret"


def timed(command, stdin=None, stdout=None):
    begin = time.monotonic()
    with open(stdin or "/dev/null", "rb") as source, open(stdout or "/dev/null", "wb") as sink:
        process = subprocess.Popen(command, stdin=source, stdout=sink, stderr=subprocess.DEVNULL,
                                   env=environment_with({}))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    if status != 0:
        raise Failed(f"{' '.join(command)}: wait status {status}")
    return Result(usage.ru_utime + usage.ru_stime, time.monotonic() - begin, usage.ru_maxrss * 1024, "", 0)


def ours(walk, rounds):
    """(results, bytes of the state on disk, bytes of the profile)"""
    results = []
    for _ in range(rounds):
        run([heavy.program(), *walk], {**RECORDING.environment, "MEMPROF_STATE_MAX": "2G"})
        (state,) = states()
        on_disk = os.stat(state).st_blocks * 512
        profile = f"{PLACE}/recording.pb.gz"
        results.append(timed([MEMPROF, "collect", "-o", profile, state]))
        size = os.path.getsize(profile)
        clean()
    return results, on_disk, size


def go_pprof(rounds=1):
    """Milliseconds for an address, by `go tool pprof` from a profile without symbols, or
    None.  The profile is made by hand: one mapping, some locations in it."""
    if not shutil.which("go"):
        return None
    addresses = 4
    program = heavy.program()
    segments = subprocess.run(["readelf", "-lW", program], stdout=subprocess.PIPE, text=True, check=True).stdout
    text = next(line.split() for line in segments.splitlines() if "LOAD" in line and " E " in line)
    offset, start, size = int(text[1], 16), int(text[2], 16), int(text[5], 16)
    names = [b"", b"alloc_space", b"bytes", program.encode()]

    def number(n):
        out = bytearray()
        while n > 127:
            out.append(n & 127 | 128)
            n >>= 7
        return bytes(out + bytes([n]))

    def field(tag, value):
        if isinstance(value, int):
            return number(tag << 3) + number(value)
        return number(tag << 3 | 2) + number(len(value)) + value

    body = field(1, field(1, 1) + field(2, 2))
    for n in range(1, addresses + 1):
        body += field(2, field(1, n) + field(2, 1))
        body += field(4, field(1, n) + field(2, 1) + field(3, start + size // 2 + n * 64))
    body += field(3, field(1, 1) + field(2, start) + field(3, start + size) + field(4, offset) + field(5, 3))
    for name in names:
        body += field(6, name)
    profile = f"{PLACE}/recording.unsymbolized.pb.gz"
    with gzip.open(profile, "wb") as file:
        file.write(body)
    took = [timed(["go", "tool", "pprof", "-top", profile]).wall_s for _ in range(rounds)]
    return statistics.median(took) * 1e3 / addresses


def heaptrack(walk):
    recording, interpreted = HEAPTRACK_PRELOAD.environment["DUMP_HEAPTRACK_OUTPUT"], f"{PLACE}/recording.interpreted"
    run([heavy.program(), *walk], HEAPTRACK_PRELOAD.environment)
    interpret = timed([INTERPRETER], recording, interpreted)
    printed = timed(["heaptrack_print", "-f", interpreted])
    clean()
    return [("heaptrack_interpret (symbols)", interpret), ("heaptrack_print (what it says of it)", printed)]


def section(rounds):
    walk = ["walk", str(SITES), str(DEPTH)]
    results, on_disk, size = ours(walk, rounds)
    middle = sorted(results, key=lambda r: r.wall_s)[len(results) // 2]
    measured = [(f"memprof collect (state {on_disk >> 20} MiB, profile {size / (1 << 20):.1f} MiB)", middle)]
    target("collecting 100 000 sites, 10 million frames", "<= 10 s", f"{middle.wall_s:.2f} s", middle.wall_s <= 10)
    if HEAPTRACK_PRELOAD.present and os.path.exists(INTERPRETER):
        measured += heaptrack(walk)
        both = sum(r.wall_s for _, r in measured[1:])
        target("collecting the same", f"faster than heaptrack_interpret and heaptrack_print, {both:.2f} s",
               f"{middle.wall_s:.2f} s", middle.wall_s < both)
        target("collecting the same", f"faster than heaptrack_print alone, {measured[-1][1].wall_s:.2f} s",
               f"{middle.wall_s:.2f} s", middle.wall_s < measured[-1][1].wall_s)
    rows = [[name, f"{r.wall_s:.2f}", f"{r.cpu_s:.2f}", f"{r.resident_bytes / (1 << 20):.0f}"] for name, r in measured]
    each = go_pprof()
    if each:
        rows.append([f"`go tool pprof` symbolizes an address of it in {each:.0f} ms", "", "", ""])
    return ["## Collecting", "", f"{SITES:,} sites of {DEPTH} calls (each an inlined frame more), "
            f"{heavy.debug_megabytes():.0f} MB of debug info.", "",
            *table(["", "s", "CPU s", "largest resident set, MiB"], rows)]
