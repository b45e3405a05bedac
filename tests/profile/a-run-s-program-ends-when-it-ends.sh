# SPDX-License-Identifier: Apache-2.0
# The profile that run writes ends when the program did, though it was quiet for a second before: its
# state's file was written last when it still did something.
. "$SRC/tests/lib.sh"
{ echo && sleep 1; } | "$MEMPROF" run -q -i 1 -o out.pb.gz "$TARGETS/hoards" >out
seconds=$(meta out.pb.gz | /usr/bin/python3 -c 'import datetime, sys
times = {}
for line in sys.stdin:
    words = line.split()
    if words[:2] == ["comment", "memprof:"] and words[2] in ("start", "end"):
        times[words[2]] = datetime.datetime.fromisoformat(words[3][:26])
print((times["end"] - times["start"]).total_seconds() >= 0.9)')
is "it ran for a second" True "$seconds"
