# SPDX-License-Identifier: Apache-2.0
"""dhat_stacks.py DHAT PROFILE: blocks and bytes that each stack held at DHAT's t-gmax are those of
the profile of the peak.  A stack is the names of its frames from the allocating function to main."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ["SRC"], "tests"))
import pprof


def to_main(names):
    """Without the allocator's own, and what is outside main; None: it is not main's."""
    names = [name for name in names if not re.fullmatch(r"(malloc|calloc|.*realloc|operator new.*)", name)]
    return tuple(names[: names.index("main") + 1]) if "main" in names else None


def add(sums, stack, blocks, bytes_there):
    if stack and (blocks or bytes_there):
        before = sums.get(stack, (0, 0))
        sums[stack] = (before[0] + blocks, before[1] + bytes_there)


wanted, got = {}, {}
dhat = json.load(open(sys.argv[1]))
for point in dhat["pps"]:
    frames = [re.sub(r"^0x[0-9A-F]+: (\S+) .*", r"\1", dhat["ftbl"][frame]) for frame in point["fs"]]
    add(wanted, to_main(frames), point["gbk"], point["gb"])
profile = pprof.Profile(sys.argv[2])
for sample in profile.samples:
    add(got, to_main([frame[0] for frame in profile.frames(sample)]), sample["values"][2], sample["values"][3])
for stack in sorted(set(wanted) | set(got)):
    if wanted.get(stack) != got.get(stack):
        sys.exit(f"{' < '.join(stack)}: DHAT has {wanted.get(stack)} at the peak, we {got.get(stack)}")
if len(got) < 3:
    sys.exit(f"only {len(got)} stacks")
print(f"{len(got)} stacks, {sum(blocks for blocks, _ in got.values())} blocks, the same for DHAT")
