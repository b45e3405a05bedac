#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what advice predicts with what a patch that follows it saves.

  predicted.py PATCH ADVICE.json BEFORE AFTER     the totals of both runs, four numbers each

The patch names what it follows in lines of the form `advice: KIND FUNCTION[:LINE]`.
"""
import json
import re
import sys


def own_name(function):
    return function.split("(")[0].split("::")[-1]


def is_at(site, place):
    function, _, line = place.partition(":")
    return own_name(site["function"]) == function and (not line or site["line"] == int(line))


def main():
    patch, path = sys.argv[1:3]
    before, after = map(int, sys.argv[3:7]), map(int, sys.argv[7:11])
    real = [old - new for old, new in zip(before, after)]
    with open(patch, encoding="utf-8") as file:
        followed = re.findall(r"^advice: (\S+) (\S+)$", file.read(), re.M)
    with open(path, encoding="utf-8") as file:
        advice = json.load(file)["advice"]
    objects = size = 0
    for kind, place in followed:
        found = [one for one in advice if one["kind"] == kind and is_at(one["site"], place)]
        if not found:
            sys.exit(f"{path} has no advice {kind} at {place}")
        objects += sum(one["saves"]["allocations"] for one in found)
        size += sum(one["saves"]["bytes"] for one in found)
    print(f"{path}: {objects} allocations predicted, {real[0]} saved; {size} bytes predicted, {real[1]} saved")
    if abs(objects - real[0]) > real[0] * 0.02:
        sys.exit("the allocations are not those that were predicted")
    if abs(size - real[1]) > real[1] * 0.1:
        sys.exit("the bytes are not those that were predicted")


main()
