# SPDX-License-Identifier: Apache-2.0
# DHAT counts blocks independently: total blocks and bytes, and what is left at the end.
. "$SRC/tests/lib.sh"
need valgrind
"$TARGETS/exact" >plain
valgrind --tool=dhat --run-libc-freeres=no --run-cxx-freeres=no --dhat-out-file=dhat.json "$TARGETS/exact" >other 2>dhat
MEMPROF_INTERVAL=1 profiled "$TARGETS/exact" >ours
cmp plain ours
# booked LINE: "N bytes in M blocks" as "M N".
booked() {
    sed -n "s/.* $1: *\([0-9,]*\) bytes in \([0-9,]*\) blocks/\2 \1/p" dhat | tr -d ,
}
is "alloc_objects alloc_space inuse_objects inuse_space" "$(booked Total) $(booked "At t-end")" "$(totals "$(profile_of exact)")"
