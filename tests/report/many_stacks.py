# SPDX-License-Identifier: Apache-2.0
"""Writes a profile of many deep stacks, as of a large program: many_stacks.py FILE STACKS DEPTH"""
import gzip
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tools"))
from make_profile import message, number, varint

FUNCTIONS = 20000  # that there may be


def stack(depth):
    """Functions, the outermost first: what calls what is always the same, and mostly one thing."""
    at = 0
    for level in range(depth):
        width = 6 if level < 4 else 1.5 if level < 20 else 1.06
        at = (at * 31 + 7 + int(random.random() ** 2 * width)) % FUNCTIONS
        yield at + 1


def main():
    path, stacks, depth = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    random.seed(1)
    strings, used = {"": 0}, set()
    text = lambda string: strings.setdefault(string, len(strings))
    parts = []
    for kind, unit in ("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes"):
        parts.append(message(1, number(1, text(kind)) + number(2, text(unit))))
    size_key = text("bytes")
    for _ in range(stacks):
        frames = list(stack(depth))
        used.update(frames)
        objects, size = int(1 / (random.random() + 1e-4)) + 1, random.choice((16, 24, 32, 48, 64, 96, 256, 1024, 4096))
        live = objects // random.choice((1, 2, 10, 1000))
        values = b"".join(varint(value) for value in (objects, objects * size, live, live * size))
        label = number(1, size_key) + number(3, size) + number(4, size_key)
        parts.append(message(2, message(1, b"".join(varint(frame) for frame in reversed(frames))) + message(2, values) + message(3, label)))
    modules = ["/opt/app/bin/server"] + [f"/usr/lib/lib{i}.so.{i}" for i in range(1, 30)]
    for i, module in enumerate(modules, 1):
        parts.append(message(3, number(1, i) + number(2, i << 32) + number(3, (i + 1) << 32) + number(5, text(module))
                             + b"".join(number(flag, 1) for flag in (7, 8, 9, 10))))
    for function in sorted(used):
        module = function % len(modules) + 1
        line = message(4, number(1, function) + number(2, function % 900 + 1))
        parts.append(message(4, number(1, function) + number(2, module) + number(3, (module << 32) + function * 16) + line))
        name = f"company::subsystem{function % 37}::component{function % 411}::do_something_{function}(unsigned long, char const*)"
        file = f"/home/build/src/subsystem{function % 37}/file{function % 411}.cc"
        parts.append(message(5, number(1, function) + number(2, text(name)) + number(3, text("?")) + number(4, text(file))))
    parts.append(number(14, text("inuse_space")) + message(11, number(1, text("space")) + number(2, size_key)) + number(12, 1))
    parts.append(b"".join(message(6, string.encode()) for string in strings))
    with open(path, "wb") as out:
        out.write(gzip.compress(b"".join(parts), 1))


main()
