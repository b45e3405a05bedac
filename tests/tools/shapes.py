#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the advice about programs of known shapes with what their sources say.

  shapes.py SOURCE=ADVICE.json...

A shape's advice is the kind of most of what is allocated below it.  Prints a table: for each kind
how many shapes are of it, how many of these were found (recall), and how many of those that were
said to be of it are (precision).  Exit 1 if a precision is below 90 % or a recall below 80 %.
"|" separates kinds that are both right.  Where no shape of a source is kept or no-pool, these are
none.  The library function that a shape allocates by way of is judged in the same way.
"""
import json
import re
import sys
from collections import Counter

SAME = {"kept": "none", "no-pool": "none"}


def shapes_of(source):
    """By name: the kinds, and by way of what."""
    line = r"^(?:// )?SHAPE\(([^,]+), (\w+)\)(?:.*? by way of (.*?)(?: \*/.*)?)?$"
    with open(source, encoding="utf-8") as file:
        return {m[2]: (m[1].replace("_", "-").replace(" ", "").split("|"), m[3].split("|") if m[3] else None) for m in re.finditer(line, file.read(), re.M)}


def name_of(frame):
    """The function's own name, without scopes, arguments, and what Rust adds."""
    name = re.sub(r"::h[0-9a-f]{16}$", "", frame["function"]).split("(")[0]
    return name.split("::")[-1]


def advice_for(shapes, path):
    """By name: the kind of most of its objects, and by way of what most are allocated."""
    said = {shape: (Counter(), Counter()) for shape in shapes}
    same = {} if any(set(kinds) & set(SAME) for kinds, _ in shapes.values()) else SAME
    with open(path, encoding="utf-8") as file:
        for advice in json.load(file)["advice"]:
            below = [name for name in map(name_of, advice["stack"]) if name in shapes]
            if below:
                said[below[0]][0][same.get(advice["kind"], advice["kind"])] += advice["objects"]
                said[below[0]][1][advice["disguise"]] += advice["objects"]
    return {shape: [most.most_common(1)[0][0] if most else "none" for most in both] for shape, both in said.items()}


class Tally:
    def __init__(self):
        self.wanted, self.got, self.right = Counter(), Counter(), Counter()

    def add(self, shape, wanted, said):
        is_right = said in wanted
        self.wanted[said if is_right else wanted[0]] += 1
        self.got[said] += 1
        self.right[said] += is_right
        if not is_right:
            print(f"  {shape}: said {said}, is {' or '.join(wanted)}")

    def is_good(self):
        is_good = True
        for kind in sorted(self.wanted):
            precision = self.right[kind] / self.got[kind] if self.got[kind] else 0
            recall = self.right[kind] / self.wanted[kind]
            is_good &= precision >= 0.9 and recall >= 0.8
            print(f"{kind:8} {self.wanted[kind]:3} shapes  recall {recall:5.0%}  precision {precision:5.0%}")
        print(f"{sum(self.right.values())} of {sum(self.wanted.values())} right")
        return is_good


def main():
    kinds, ways, are_named = Tally(), [0, 0], True
    for argument in sys.argv[1:]:
        source, path = argument.split("=")
        shapes = shapes_of(source)
        if not shapes:
            sys.exit(f"{source} has no shapes")
        for shape, (kind, way) in advice_for(shapes, path).items():
            wanted, by_way_of = shapes[shape]
            kinds.add(shape, wanted, kind)
            if by_way_of and kind != "none":
                ways[way in by_way_of] += 1
                if way not in by_way_of:
                    print(f"  {shape}: by way of {way}, is {' or '.join(by_way_of)}")
    is_good = kinds.is_good()
    if sum(ways):
        print(f"by way of what: {ways[1]} of {sum(ways)} right")
        are_named = ways[1] >= 0.9 * sum(ways)
    sys.exit(0 if is_good and are_named else 1)


main()
