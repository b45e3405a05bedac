# SPDX-License-Identifier: Apache-2.0
# A bare name found by the plugin's RUNPATH, RTLD_DEEPBIND, dlmopen; blocks that one side
# allocated and the other, which does not see us, freed: nothing grows.
. "$SRC/tests/lib.sh"
same_with_and_without "$TARGETS/finds" "$TARGETS"
has out "found by a plugin's own RUNPATH: 0"
valid $(profiles)
# Frees that go past us cannot be seen; the address they return is ours again at once, and
# takes the place that it had in the table.
rm -f $(profiles)
MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled "$TARGETS/finds" "$TARGETS" >/dev/null
read -r objects bytes live_objects live_bytes < <(counted out.pb.gz main)
[[ $objects -ge 150000 && $live_objects -le 100 ]] || fail "live in main: $live_objects of $objects"
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/finds" "$TARGETS" >/dev/null
"$MEMPROF" inspect "$(one $(states))" >inspected
has inspected '^ *live table full +0$'
rm "$(one $(states))"
