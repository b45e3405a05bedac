# SPDX-License-Identifier: Apache-2.0
"""Scrapes as Grafana Alloy does, and turns allocations into differences as it does.

usage: alloy.py URL TIMES COMMAND...
Scrapes URL (.../debug/pprof/allocs); runs COMMAND (allocations happen) and scrapes again, TIMES times.  Prints the sums
of the differences: alloc_objects alloc_space, and what is in use at the end.

The rules, with their source in grafana/alloy, internal/component/pyroscope/scrape:
  - status 200, nothing but a body that is a profile (scrape_loop.go)
  - the sample types are the four of Go's and no fifth, in that order (internal/pprof: delta profiler "unsupported")
  - samples are told apart by their locations and labels; the sum of one that is lower than before is an error of the
    profile (godeltaprof's computation of deltas)
  - the first scrape has nothing to be compared with and is not sent
"""
import subprocess
import sys
import tempfile
import time
import urllib.request
import os

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import pprof


def scrape(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        if answer.status != 200 or answer.headers["Content-Type"] != "application/octet-stream":
            sys.exit(f"status {answer.status}, {answer.headers['Content-Type']}")
        if answer.headers["Content-Encoding"]:
            sys.exit("an encoding of its own")
        data = answer.read()
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        profile = pprof.Profile(file.name)
    if profile.types != pprof.TYPES:
        sys.exit(f"sample types {profile.types}")
    sums = {}
    for sample in profile.samples:
        key = (tuple((profile.location_by_id[i]["address"], *(line["function"] and
                      profile.strings[profile.function_by_id[line["function"]]["system"]]
                      for line in profile.location_by_id[i]["lines"])) for i in sample["locations"]),
               tuple(profile.labels(sample)))
        if key in sums:
            sys.exit(f"a sample is there twice: {key}")
        sums[key] = sample["values"]
    return sums


def main(url, times, command):
    earlier, out = scrape(url), [0, 0]
    for _ in range(times):
        subprocess.run(command, check=True)
        time.sleep(0.2)  # who asks within a tenth of a second after another has the same answer
        now = scrape(url)
        for key in earlier.keys() - now.keys():
            if any(earlier[key][:2]):
                sys.exit(f"a stack of the scrape before is called otherwise now: {key}")
        for key, values in now.items():
            for i in range(2):
                delta = values[i] - earlier.get(key, (0, 0))[i]
                if delta < 0:
                    sys.exit(f"a negative delta of {key}")
                out[i] += delta
        earlier = now
    print(*out, sum(v[2] for v in earlier.values()), sum(v[3] for v in earlier.values()))


main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
