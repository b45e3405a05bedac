# SPDX-License-Identifier: Apache-2.0
# It has the program's malloc: the program runs with it, and one line says so.
. "$SRC/tests/lib.sh"
library libjemalloc.so.2 || skip "libjemalloc2 is not installed"
LD_PRELOAD=libjemalloc.so.2 "$TARGETS/usable" >plain
MEMPROF_INTERVAL=1 LD_PRELOAD="libjemalloc.so.2 $SHIM" "$TARGETS/usable" >out 2>err
diff plain out
is lines 1 "$(wc -l <err)"
has err '^memprof: .*libjemalloc\.so\.2'
[[ -z $(profiles) && -z $(states) ]] || fail "left" $(profiles) $(states)
