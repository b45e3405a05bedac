# SPDX-License-Identifier: Apache-2.0
# The program was rebuilt before its state is collected: names of the new one would be lies.
. "$SRC/tests/lib.sh"
cp "$TARGETS/ends" prog
MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1 profiled ./prog || true
rm prog && cp "$TARGETS/exact" prog
"$MEMPROF" collect -o out.pb.gz "$(one $(states))" >/dev/null 2>&1
valid out.pb.gz
dump out.pb.gz >dumped
has dumped ' prog\+0x[0-9a-f]+@'
lacks dumped ' (work|main|use|next_size)@'
