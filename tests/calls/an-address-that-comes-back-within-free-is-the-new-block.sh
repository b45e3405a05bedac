# SPDX-License-Identifier: Apache-2.0
# Another thread may have the address before free, or a realloc that moves, has returned: the
# record of the old block is gone by then, and that of the new one stays.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz LD_PRELOAD="$SHIM $TARGETS/librecycles.so" "$TARGETS/recycles" >out
is "addresses that came back" 2 "$(cat out)"
valid out.pb.gz
is "given back" "2 512 0 0" "$(counted out.pb.gz first)"
is "kept" "2 512 2 512" "$(counted out.pb.gz second)"
