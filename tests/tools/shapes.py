#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the advice about programs of known shapes with what their sources say.

  shapes.py SOURCE=ADVICE.json...

A shape's advice is the kind of most of what is allocated below it.  Prints a table: for each kind
how many shapes are of it, how many of these were found (recall), and how many of those that were
said to be of it are (precision).  Exit 1 if a precision is below 90 % or a recall below 80 %.
"""
import json
import re
import sys
from collections import Counter

SAME = {"kept": "none", "no-pool": "none"}


def shapes_of(source):
    with open(source, encoding="utf-8") as file:
        return {m[2]: m[1] for m in re.finditer(r"^(?:// )?SHAPE\((\S+), (\w+)\)", file.read(), re.M)}


def name_of(frame):
    """The function's own name, without scopes, arguments, and what Rust adds."""
    name = re.sub(r"::h[0-9a-f]{16}$", "", frame["function"]).split("(")[0]
    return name.split("::")[-1]


def advice_for(shapes, path):
    said = {shape: Counter() for shape in shapes}
    with open(path, encoding="utf-8") as file:
        for advice in json.load(file)["advice"]:
            below = [name for name in map(name_of, advice["stack"]) if name in shapes]
            if below:
                kind = SAME.get(advice["kind"], advice["kind"])
                said[below[0]][kind] += advice["objects"]
    return {shape: kinds.most_common(1)[0][0] if kinds else "none" for shape, kinds in said.items()}


def main():
    wanted, got = Counter(), Counter()
    right = Counter()
    for argument in sys.argv[1:]:
        source, path = argument.split("=")
        shapes = shapes_of(source)
        if not shapes:
            sys.exit(f"{source} has no shapes")
        for shape, said in advice_for(shapes, path).items():
            wanted[shapes[shape]] += 1
            got[said] += 1
            right[said] += said == shapes[shape]
            if said != shapes[shape]:
                print(f"  {shape}: said {said}, is {shapes[shape]}")
    is_good = True
    for kind in sorted(wanted):
        precision = right[kind] / got[kind] if got[kind] else 0
        recall = right[kind] / wanted[kind]
        is_good &= precision >= 0.9 and recall >= 0.8
        print(f"{kind:8} {wanted[kind]:3} shapes  recall {recall:5.0%}  precision {precision:5.0%}")
    print(f"{sum(right.values())} of {sum(wanted.values())} right")
    sys.exit(0 if is_good else 1)


main()
