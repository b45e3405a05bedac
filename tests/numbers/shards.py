# SPDX-License-Identifier: Apache-2.0
"""shards.py [--killed BYTES] STATE...: in each state the totals of each shard are the sums over its
counters.  After a kill each thread may have been between the two: then a shard's counters have
at most one event more, of at most BYTES; the shared shard one for each thread.

Reads the layout of preload/state.h by itself, so that nothing of ours has to agree."""
import struct
import sys

SHARDS, COUNTERS, CHUNK_TABLE_AT = 5, 6, 24
NAMES = ("allocated objects", "allocated bytes", "freed objects", "freed bytes")


def chunks(state, table):
    """The memory of each chunk of a table, in the order of their ordinals."""
    table_at, chunks_at, chunk_bytes, count = struct.unpack_from("<QQII", state, CHUNK_TABLE_AT)
    entries = struct.unpack_from(f"<{count}I", state, table_at)
    own = sorted((entry & 0xFFFFFF, n) for n, entry in enumerate(entries) if entry >> 24 == table)
    return [state[chunks_at + n * chunk_bytes:chunks_at + (n + 1) * chunk_bytes] for _, n in own]


def records(state, table, layout):
    size = struct.calcsize(layout)
    for chunk in chunks(state, table):
        for at in range(0, len(chunk) - size + 1, size):
            yield struct.unpack_from(layout, chunk, at)


def compare(path, killed):
    state = open(path, "rb").read()
    totals = [record[5:] for record in records(state, SHARDS, "<IIQQQQQQQ")]
    sums = [[0] * 4 for _ in totals]
    for *values, _, key in records(state, COUNTERS, "<QQQQII"):
        for n in range(4):
            sums[key >> 20 & 127][n] += values[n]
    threads = sum(any(values) for values in sums)
    for shard, (wanted, got) in enumerate(zip(sums, totals)):
        events = threads if shard == 0 else 1
        for name, of_counters, of_shard in zip(NAMES, wanted, got):
            room = 0 if not killed else events * (killed if "bytes" in name else 1)
            if not 0 <= of_counters - of_shard <= room:
                sys.exit(f"{path}: shard {shard}: {name}: {of_counters} in its counters, {of_shard} in its totals")
    if not any(map(any, sums)):
        sys.exit(f"{path}: nothing is counted")
    print(f"{path.rsplit('/', 1)[-1]}: {threads} shards, {sum(values[0] for values in sums)} objects")


def main(arguments):
    killed = 0
    if arguments[0] == "--killed":
        killed, arguments = int(arguments[1]), arguments[2:]
    for path in arguments:
        compare(path, killed)


main(sys.argv[1:])
