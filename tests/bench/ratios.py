# SPDX-License-Identifier: Apache-2.0
"""Compares what an exact event costs in one place, in instructions, with what it costs in
another, and with the multiple that a file allows; 1 when one is over."""
import functools
import sys

from budget import INTERVALS
from instructions import slope
from runner import SHIM

EVENTS = (4000, 8000)


@functools.cache
def added(where, depth):
    what = ("fibers", ("{}", where, depth), *EVENTS)
    with_us = {"LD_PRELOAD": SHIM, "MEMPROF_SEED": "1", "MEMPROF_COLLECTOR": "none", **INTERVALS["exact"]}
    return slope(*what, with_us) - slope(*what)


def main():
    over = False
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    for most, *places in lines:
        costs = added(*places[:2]), added(*places[2:])
        ratio = costs[0] / costs[1]
        over |= ratio > float(most)
        print(f"{' '.join(places[:2]):10} {costs[0]:7.0f}, {' '.join(places[2:]):10} {costs[1]:7.0f}: "
              f"{ratio:.2f}, {'OVER' if ratio > float(most) else 'within'} {most}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
