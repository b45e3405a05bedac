#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""roots.py FILE...: says which part of alloc_space has a whole stack; exit 1 below 99 %.

A stack is whole when its outermost frame is where threads of execution begin: the
entry of the executable or of its loader, or a function whose unwind information
says that it has no caller (the start of a thread).
"""
import bisect
import os
import re
import struct
import subprocess
import sys
from functools import lru_cache

sys.path.insert(0, os.path.dirname(__file__))
import pprof

ENTRY_BYTES = 128


@lru_cache(None)
def segments(path):
    """(file offset, vaddr, bytes) of the loadable ones, and the entry point."""
    with open(path, "rb") as file:
        head = file.read(64)
        entry, phoff = struct.unpack_from("<QQ", head, 24)
        size, count = struct.unpack_from("<HH", head, 54)
        file.seek(phoff)
        table = file.read(size * count)
    loads = []
    for n in range(count):
        kind, _, offset, vaddr, _, filesz = struct.unpack_from("<IIQQQQ", table, n * size)
        if kind == 1:
            loads.append((offset, vaddr, filesz))
    return loads, entry


@lru_cache(None)
def callerless(path):
    """Extents of the functions whose return address is undefined, sorted."""
    found, extent = [], None
    output = subprocess.run(["readelf", "--debug-dump=frames", path], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True, check=False).stdout
    for line in output.splitlines():
        match = re.search(r" FDE .*pc=([0-9a-f]+)\.\.([0-9a-f]+)", line)
        if match:
            extent = int(match[1], 16), int(match[2], 16)
        elif extent and "DW_CFA_undefined: r16" in line:
            found.append(extent)
    return sorted(found)


def is_root(profile, location):
    mapping = profile.mapping_by_id.get(location["mapping"])
    path = mapping and profile.strings[mapping["file"]]
    if not path or not os.path.isfile(path):
        return False
    loads, entry = segments(path)
    offset = location["address"] - mapping["start"] + mapping["offset"]
    for start, vaddr, size in loads:
        if start <= offset < start + size:
            address = offset - start + vaddr
            if entry <= address < entry + ENTRY_BYTES:
                return True
            if not re.search(r"/libc\.so|/libc-|/ld-linux|/libpthread", path):
                return False
            table = callerless(path)
            at = bisect.bisect(table, (address, 1 << 64)) - 1
            return at >= 0 and table[at][0] <= address < table[at][1]
    return False


def main(paths):
    whole = total = 0
    cut = {}
    for path in paths:
        profile = pprof.Profile(path)
        roots = {}
        for sample in profile.samples:
            ident = sample["locations"][-1]
            if ident not in roots:
                roots[ident] = is_root(profile, profile.location_by_id[ident])
            total += sample["values"][1]
            if roots[ident]:
                whole += sample["values"][1]
            else:
                name = list(profile.frames(sample))[-1][0]
                key = f"{os.path.basename(path)}: {name}"
                cut[key] = cut.get(key, 0) + sample["values"][1]
    share = whole / total if total else 1.0
    print(f"{100 * share:.3f} % of {total} bytes have a whole stack")
    if share < 0.99:
        for key, value in sorted(cut.items(), key=lambda row: -row[1])[:10]:
            print(f"  {value:12d} end in {key}")
    return 0 if share >= 0.99 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
