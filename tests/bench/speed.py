# SPDX-License-Identifier: Apache-2.0
"""The workloads: CPU time as ratios to the plain run of the same pair."""
import statistics

import workloads as w
from instructions import of_workload
from report import table
from runner import Failed, Sample, ratios
from variants import (DEFAULT, EXACT, HEAPTRACK_PRELOAD, PLAIN, RECORDING, SAMPLERS, SAMPLING, SLOW_TRACKERS, TRACKERS)

# Here peers that take minutes run, too: the smallest sizes.
SMALLEST = (w.MAP, w.SQLITE)
COUNTED = (w.PAIRS, w.REPLACE, w.MAP, w.SQLITE, w.PYTHON)
# At a start or in a thread of 10 us we are what is measured, not the tracker.
WITHOUT_PEERS = (w.STARTS,)


class Speed:
    """All results, for the tables and for the verdict on the targets."""

    def __init__(self, rounds):
        self.rounds = rounds
        self.ours = {}     # (workload, variant): Sample of ratios
        self.added = {}    # (workload, variant): median of CPU seconds added, at the peers' size
        self.peers = {}
        self.slow = {}
        self.counted = {}  # (workload, variant): ratio of instructions
        self.plain = {}
        self.failed = []

    def measure(self, say):
        for workload in w.ALL:
            say(workload.name)
            try:
                self.measure_ours(workload)
                if workload not in WITHOUT_PEERS:
                    self.measure_peers(workload)
            except Failed as error:
                self.failed.append(f"{workload.name}: {error}")
        for workload in SMALLEST:
            say(f"{workload.name}, slow peers")
            try:
                for variant, (ratio, _, _) in ratios(lambda v, of=workload: of.cost(v, 1), SLOW_TRACKERS, 3).items():
                    self.slow[workload, variant] = ratio
            except Failed as error:
                self.failed.append(f"{workload.name}: {error}")
        for workload in COUNTED:
            say(f"{workload.name}, instructions")
            try:
                for variant, ratio in of_workload(workload, (SAMPLING, RECORDING, *SAMPLERS)).items():
                    self.counted[workload, variant] = ratio
            except Failed as error:
                self.failed.append(f"{workload.name}: {error}")

    def measure_ours(self, workload):
        workload.cost(PLAIN)  # what is read is in memory then
        for variant, (ratio, plain, _) in ratios(workload.cost, (DEFAULT, EXACT), self.rounds).items():
            self.ours[workload, variant] = ratio
            self.plain[workload] = plain.median

    def measure_peers(self, workload):
        """Next to our recording alone, at the peers' size: ratios, and CPU time added."""
        rounds = self.rounds if self.plain[workload] < 1 else 3
        measured = ratios(lambda v: workload.cost(v, 1), (RECORDING, *TRACKERS), rounds)
        for variant, (ratio, without, with_it) in measured.items():
            self.peers[workload, variant] = ratio
            self.added[workload, variant] = with_it.median - without.median

    def text(self, of, key, digits=2):
        return of[key].text(digits) if key in of else ""

    def times_table(self):
        rows = []
        for workload in w.ALL:
            if workload in self.plain:
                rows.append([workload.name, f"{self.plain[workload]:.2f} s", self.text(self.ours, (workload, DEFAULT), 3),
                             self.text(self.ours, (workload, EXACT))])
        return table(["", "plain", "default", "exact, profile written"], rows)

    def share(self, workload):
        """What our recording adds, in parts of what heaptrack's preload adds."""
        ours, theirs = (self.added.get((workload, v)) for v in (RECORDING, HEAPTRACK_PRELOAD))
        return ours / theirs if ours is not None and theirs and theirs > 0 else None

    def peers_table(self):
        rows = []
        for workload in w.ALL:
            if (workload, RECORDING) in self.peers:
                share = self.share(workload)
                rows.append([workload.name, *(self.text(self.peers, (workload, v)) for v in (RECORDING, *TRACKERS)),
                             *([f"{share:.2f}" if share is not None else ""] if TRACKERS else [])])
        return table(["", RECORDING.name, *(v.name for v in TRACKERS),
                      *(["we add, of what heaptrack's preload adds"] if TRACKERS else [])], rows)

    def slow_table(self):
        rows = [[workload.name, *(self.text(self.slow, (workload, v)) for v in SLOW_TRACKERS)] for workload in SMALLEST]
        return table(["to the same library without", *(v.name for v in SLOW_TRACKERS)], rows)

    def counted_table(self):
        variants = (SAMPLING, RECORDING, *SAMPLERS)
        rows = [[workload.name, *(f"{self.counted[workload, v]:.4f}" if (workload, v) in self.counted else ""
                                  for v in variants)] for workload in COUNTED]
        return table(["", *(v.name for v in variants)], rows)

    def redis_table(self):
        served = w.Redis.throughput
        plain = statistics.median(served[PLAIN]) if PLAIN in served else 0
        rows = [[v.name, Sample([n / plain for n in served[v]]).text()] for v in (DEFAULT, EXACT, RECORDING, *TRACKERS)
                if v in served and plain]
        return table(["redis-server", "requests a second, relative to plain"], rows)

    def section(self):
        return ["## Time", "", f"User and system CPU time of all processes, relative to the plain run of the same pair; "
                f"medians of {self.rounds} pairs, in brackets what half of them lie between.", "", *self.times_table(),
                "", "Recording alone against heaptrack, on smaller sizes. `heaptrack -r` interprets, too, in a process of "
                "its own.", "", *self.peers_table(), "", *self.redis_table(), "", *self.slow_table(), "",
                "## Instructions", "", "By callgrind, start and end included, the collector not; samplers relative to "
                "the same library without.", "", *self.counted_table(),
                *(["", "Could not be measured:", ""] + [f"- {f}" for f in self.failed] if self.failed else [])]
