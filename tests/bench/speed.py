# SPDX-License-Identifier: Apache-2.0
"""The workloads: CPU time as ratios to the plain run of the same pair."""
import statistics

import workloads as w
from report import table, target
from runner import ALLOCATIONS, LOST, Failed, Sample, inspected, ratios
from variants import DEFAULT, EXACT, HEAPTRACK_PRELOAD, PLAIN, RECORDING, SAMPLING, SLOW_TRACKERS, TRACKERS

# Here peers that take minutes run, too: the smallest sizes.
SMALLEST = (w.MAP, w.SQLITE)
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
        self.plain = {}
        self.failed = []
        self.counts = {}   # workload: [allocations, events lost] at the peers' size

    def measure(self, say):
        for workload in w.ALL:
            say(workload.name)
            try:
                self.measure_ours(workload)
                if workload not in WITHOUT_PEERS:
                    self.measure_peers(workload)
                say("    " + ", ".join(f"{v.name} {ratio.median:.3f}" for of in (self.ours, self.peers)
                                        for (measured, v), ratio in of.items() if measured is workload))
            except Failed as error:
                self.failed.append(f"{workload.name}: {error}")
        for workload in SMALLEST:
            say(f"{workload.name}, slow peers")
            try:
                for variant, (ratio, _, _) in ratios(lambda v, of=workload: of.cost(v, 3), SLOW_TRACKERS, 3).items():
                    self.slow[workload, variant] = ratio
            except Failed as error:
                self.failed.append(f"{workload.name}: {error}")

    def measure_ours(self, workload):
        workload.cost(PLAIN)  # what is read is in memory then
        for variant, (ratio, plain, _) in ratios(workload.cost, (SAMPLING, DEFAULT, EXACT), self.rounds).items():
            self.ours[workload, variant] = ratio
            self.plain[workload] = plain.median

    def measure_peers(self, workload):
        """Next to our recording alone, at the peers' size: ratios, and CPU time added."""
        rounds = self.rounds if self.plain[workload] < 1 else 3
        workload.cost(RECORDING, 1, lambda: self.counts.__setitem__(workload, inspected(ALLOCATIONS, LOST)))
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
                rows.append([workload.name, f"{self.plain[workload]:.2f} s",
                             *(self.text(self.ours, (workload, v), 3) for v in (SAMPLING, DEFAULT)),
                             self.text(self.ours, (workload, EXACT))])
        return table(["", "plain", "default, recording only", "default, profile written", "exact, profile written"], rows)

    def each_ns(self, workload, variant):
        allocations = self.counts.get(workload, [0])[0]
        return self.added[workload, variant] * 1e9 / allocations if allocations else None

    def targets(self):
        ours = self.ours
        bounds = [(w.PAIRS, SAMPLING, 1.15), (w.REPLACE, SAMPLING, 1.10), (w.REDIS, SAMPLING, 1.01),
                  (w.SHORT_THREADS, SAMPLING, 1.1), (w.MAP, EXACT, 1.5), (w.SQLITE, EXACT, 1.8)]
        for workload, variant, bound in bounds:
            if (workload, variant) in ours:
                ratio = ours[workload, variant]
                target(f"{workload.name}, {variant.name}, CPU time", f"<= {bound}", ratio.text(3), ratio.median <= bound,
                       ratio.low <= bound)
        ratio = self.served(SAMPLING, 0)
        if ratio:
            target("redis-server, default, requests a second", ">= 0.99", ratio.text(3), ratio.median >= 0.99,
                   ratio.high >= 0.99)
        for variant in (SAMPLING, EXACT):
            one, two = (ours.get((of, variant)) for of in (w.PAIRS, w.PAIRS_2))
            if one and two:
                target(f"2 threads, {variant.name}", f"no worse than 1 thread's {one.text(3)}", two.text(3),
                       two.median <= one.median, two.low <= one.high)
        for workload in w.ALL:
            share = self.share(workload)
            if share is not None:
                shallow = (self.each_ns(workload, HEAPTRACK_PRELOAD) or 200) < 200
                bound = 0.4 if shallow else 0.25
                target(f"{workload.name}, exact, of what heaptrack's preload adds", f"<= {bound}",
                       f"{share:.2f}", share <= bound)

    def share(self, workload, of=HEAPTRACK_PRELOAD):
        """What our recording adds, in parts of what heaptrack's preload or its whole recording adds."""
        ours, theirs = (self.added.get((workload, v)) for v in (RECORDING, of))
        return ours / theirs if ours is not None and theirs and theirs > 0 else None

    def peers_table(self):
        rows = []
        for workload in w.ALL:
            if (workload, RECORDING) in self.peers:
                shares = [self.share(workload, v) for v in TRACKERS]
                allocations, lost = self.counts[workload]
                rows.append([workload.name, f"{allocations:,}" + (f" ({lost} lost)" if lost else ""),
                             *(self.text(self.peers, (workload, v)) for v in (RECORDING, *TRACKERS)),
                             *(f"{self.each_ns(workload, v) or 0:.0f}" for v in (RECORDING, *TRACKERS[:1])),
                             *(f"{share:.2f}" if share is not None else "" for share in shares)])
        return table(["", "allocations", RECORDING.name, *(v.name for v in TRACKERS),
                      *(f"{v.name}: ns each" for v in (RECORDING, *TRACKERS[:1])),
                      *(f"we add, of what {v.name} adds" for v in TRACKERS)], rows)

    def slow_table(self):
        rows = [[workload.name, *(self.text(self.slow, (workload, v)) for v in SLOW_TRACKERS)] for workload in SMALLEST]
        return table(["to the same library without", *(v.name for v in SLOW_TRACKERS)], rows)

    def served(self, variant, size):
        """Requests a second, relative to the plain runs."""
        all_served = w.Redis.throughput
        if (variant, size) not in all_served or (PLAIN, size) not in all_served:
            return None
        plain = statistics.median(all_served[PLAIN, size])
        return Sample([n / plain for n in all_served[variant, size]])

    def redis_table(self):
        measured = [(SAMPLING, 0), (DEFAULT, 0), (EXACT, 0), *((v, 1) for v in (RECORDING, *TRACKERS))]
        rows = [[v.name, self.served(v, size).text()] for v, size in measured if self.served(v, size)]
        return table(["redis-server", "requests a second, relative to plain"], rows)

    def section(self):
        self.targets()
        return ["## Time", "", f"User and system CPU time of all processes, relative to the plain run of the same pair; "
                f"medians of {self.rounds} pairs, in brackets what half of them lie between.", "", *self.times_table(),
                "", "Recording alone against heaptrack, on smaller sizes. `heaptrack -r` interprets, too, in a process of "
                "its own.", "", *self.peers_table(), "", *self.redis_table(), "", *self.slow_table(),
                *(["", "Could not be measured:", ""] + [f"- {f}" for f in self.failed] if self.failed else [])]
