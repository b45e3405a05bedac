# SPDX-License-Identifier: Apache-2.0
# The mapping of the state stays out of a fork's child, where it would pass for the child's
# own, and out of a core dump.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
LD_PRELOAD=$SHIM "$TARGETS/ends" wait >out &
pid=$!
until_true grep -q ready out
# flags: a line for each mapping of a state.
awk '/^[0-9a-f]+-/ { name = $6 } /^VmFlags:/ && name ~ /[.]state$/' /proc/$pid/smaps >flags
every flags . ' dc( .*)? dd( |$)'
kill -KILL $pid
wait $pid || true
rm $(states)
# What bash forks runs on in its memory, and reads its own maps.
profiled bash -c 'filler=$(echo {1..2000}); (while read -r line; do echo "$line"; done </proc/self/maps) >maps; echo $$ >pid; : "$filler"'
has maps '/libmemprof[.]so'
lacks maps "/bash[.]$(cat pid)[.][0-9a-f]+[.]state"
rm -f $(states)
