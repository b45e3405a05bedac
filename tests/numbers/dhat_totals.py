# SPDX-License-Identifier: Apache-2.0
"""dhat_totals.py [--peak] FILE [REGEX]: blocks and bytes in all, and blocks and bytes at the end
(or at the peak alone), that DHAT counted, without the stacks that have a frame that matches."""
import json
import re
import sys

keys = ("tbk", "tb", "ebk", "eb")
if sys.argv[1] == "--peak":
    del sys.argv[1]
    keys = ("gbk", "gb")
dhat = json.load(open(sys.argv[1]))
left_out = re.compile(sys.argv[2]) if len(sys.argv) > 2 else None
sums = [0] * len(keys)
for point in dhat["pps"]:
    frames = (dhat["ftbl"][frame] for frame in point["fs"])
    if left_out and any(left_out.search(frame) for frame in frames):
        continue
    for i, key in enumerate(keys):
        sums[i] += point[key]
print(*sums)
