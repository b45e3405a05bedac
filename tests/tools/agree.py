#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the advice of two recordings of a program is the same.

  agree.py ALL.json WINDOWS.json

Of the ten that save most in the first, those that the second has, too (the kind, the function, and the
line): prints how many, and how much of what the ten save.  Exit 1 if that is less than 95 %.
"""
import json
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        return [one for one in json.load(file)["advice"] if one["saves"]["allocations"] and not one["small"]]


def key(advice):
    return advice["kind"], advice["site"]["function"], advice["site"]["line"]


def main():
    first, second = (read(path) for path in sys.argv[1:])
    known = {key(advice) for advice in second}
    top = first[:10]
    if not top:
        sys.exit(f"{sys.argv[1]} has no advice")
    both = [advice for advice in top if key(advice) in known]
    saved = sum(advice["saves"]["allocations"] for advice in both)
    share = saved / sum(advice["saves"]["allocations"] for advice in top)
    print(f"{sys.argv[1]}: {len(both)} of the first {len(top)} are said, too, {share:.1%} of what they save")
    for advice in top:
        if key(advice) not in known:
            print("  not", *key(advice))
    sys.exit(0 if share >= 0.95 else 1)


main()
