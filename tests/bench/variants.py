# SPDX-License-Identifier: Apache-2.0
"""The ways a workload is run: plain, with us, with our peers."""
import glob
import shutil
from dataclasses import dataclass, field
from typing import Optional

from runner import PLACE, SHIM

HEAPTRACK = next(iter(glob.glob("/usr/lib*/heaptrack/libheaptrack_preload.so") +
                      glob.glob("/usr/lib/*/heaptrack/libheaptrack_preload.so")), None)


def library(name):
    return next(iter(glob.glob(f"/usr/lib/*/{name}")), None)


@dataclass(frozen=True)
class Variant:
    name: str
    base: Optional["Variant"] = None
    environment: dict = field(default_factory=dict, hash=False)
    before: tuple = ()  # words in front of the command
    present: bool = True


PLAIN = Variant("plain")


def with_us(name, **options):
    return Variant(name, PLAIN, {"LD_PRELOAD": SHIM, "MEMPROF_SEED": "1", **options})


DEFAULT = with_us("default", MEMPROF_OUT=f"{PLACE}/recording.%p.pb.gz")
EXACT = with_us("exact", MEMPROF_INTERVAL="1", MEMPROF_OUT=f"{PLACE}/recording.%p.pb.gz")
# The same without the collector at the end: what is comparable to heaptrack's preload alone.
RECORDING = with_us("exact, recording only", MEMPROF_INTERVAL="1", MEMPROF_COLLECTOR="none")
# For instruction counts: sampling alone, nothing written.
SAMPLING = with_us("default, recording only", MEMPROF_COLLECTOR="none")

HEAPTRACK_PRELOAD = Variant("heaptrack, preload only", PLAIN,
                            {"LD_PRELOAD": HEAPTRACK or "", "DUMP_HEAPTRACK_OUTPUT": f"{PLACE}/recording.heaptrack"},
                            present=bool(HEAPTRACK))
HEAPTRACK_RECORD = Variant("heaptrack -r", PLAIN, {}, ("heaptrack", "-r", "-o", f"{PLACE}/recording.heaptrack"),
                           present=bool(shutil.which("heaptrack")))

JEMALLOC_FILE = library("libjemalloc.so.2")
TCMALLOC_FILE = library("libtcmalloc.so.4")


def jemalloc(name, base, options):
    return Variant(name, base, {"LD_PRELOAD": JEMALLOC_FILE or "", "MALLOC_CONF": options}, present=bool(JEMALLOC_FILE))


def tcmalloc(name, base, **options):
    return Variant(name, base, {"LD_PRELOAD": TCMALLOC_FILE or "", **options}, present=bool(TCMALLOC_FILE))


JEMALLOC = jemalloc("jemalloc", None, "prof:false")
JEMALLOC_19 = jemalloc("jemalloc, lg_prof_sample:19", JEMALLOC, "prof:true,lg_prof_sample:19")
JEMALLOC_0 = jemalloc("jemalloc, lg_prof_sample:0", JEMALLOC, "prof:true,lg_prof_sample:0")
TCMALLOC = tcmalloc("tcmalloc", None)
TCMALLOC_SAMPLE = tcmalloc("tcmalloc, sampling at 512K", TCMALLOC, TCMALLOC_SAMPLE_PARAMETER="524288")
TCMALLOC_HEAPPROFILE = tcmalloc("tcmalloc, HEAPPROFILE", TCMALLOC, HEAPPROFILE=f"{PLACE}/recording.tcmalloc")

SAMPLERS = [v for v in (JEMALLOC_19, TCMALLOC_SAMPLE) if v.present]
TRACKERS = [v for v in (HEAPTRACK_PRELOAD, HEAPTRACK_RECORD) if v.present]
SLOW_TRACKERS = [v for v in (JEMALLOC_0, TCMALLOC_HEAPPROFILE) if v.present]
