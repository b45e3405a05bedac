# SPDX-License-Identifier: Apache-2.0
"""Compares the instructions that we add to an operation with what a file allows; 1 when
one is over.  A budget that is far too high is named, too."""
import sys

from instructions import slope
from runner import SHIM

INTERVALS = {"default": {}, "exact": {"MEMPROF_INTERVAL": "1"}}


def main():
    over, plain = False, {}
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    for interval, most, small, large, program, *arguments in lines:
        what = (program, tuple(arguments), int(small), int(large))
        with_us = {"LD_PRELOAD": SHIM, "MEMPROF_SEED": "1", "MEMPROF_COLLECTOR": "none", **INTERVALS[interval]}
        if what not in plain:
            plain[what] = slope(*what)
        added = slope(*what, with_us) - plain[what]
        verdict = "OVER" if added > float(most) else "ok, but the budget is loose" if added < 0.9 * float(most) else "ok"
        over |= verdict == "OVER"
        print(f"{interval:8} {' '.join((program, *arguments)):24} plain {plain[what]:8.2f}, added {added:8.2f}, "
              f"budget {float(most):8.2f}: {verdict}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
