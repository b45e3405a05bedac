# SPDX-License-Identifier: Apache-2.0
"""many_sites.py DIRECTORY RUNS SITES: writes same0.pb.gz ... with so many call sites whose counts vary
from run to run, and other0.pb.gz ... with as many in other functions."""
import gzip
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "security"))
from craft import message, number, packed

DIRECTORY, RUNS, SITES = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
FUNCTIONS, DEPTH = 2000, 10


def write(path, prefix, rng):
    """The stack of site n is its digits, and some frames that many share."""
    strings = ["", "alloc_objects", "count", "alloc_space", "bytes", "inuse_objects", "inuse_space", "space", "/app/program"]
    out = [message(1, number(1, kind) + number(2, unit)) for kind, unit in ((1, 2), (3, 4), (5, 2), (6, 4))]
    for n in range(SITES):
        stack = [1 + n % FUNCTIONS, 1 + n // FUNCTIONS] + [1 + (n * step) % FUNCTIONS for step in range(2, DEPTH)]
        count, size = 100 + n % 1000 + rng.randrange(5), 16 * (1 + n % 8)
        label = message(3, number(1, 4) + number(3, size) + number(4, 4))
        out.append(message(2, packed(1, stack) + packed(2, (count, count * size, count // 2, count // 2 * size)) + label))
    for i in range(FUNCTIONS):
        strings.append(f"{prefix}_{i}")
        out.append(message(4, number(1, i + 1) + number(2, 1) + number(3, 4096 + 16 * i) + message(4, number(1, i + 1) + number(2, i))))
        out.append(message(5, number(1, i + 1) + number(2, 9 + i) + number(3, 9 + i)))
    out.append(message(3, number(1, 1) + number(2, 4096) + number(3, 1 << 20) + number(5, 8) + number(7, 1)))
    out += [message(6, text.encode()) for text in strings]
    out.append(message(11, number(1, 7) + number(2, 4)) + number(12, 1))
    with open(path, "wb") as file:
        file.write(gzip.compress(b"".join(out), 1))


for run in range(RUNS):
    write(f"{DIRECTORY}/same{run}.pb.gz", "function", random.Random(run))
    write(f"{DIRECTORY}/other{run}.pb.gz", "other", random.Random(run))
