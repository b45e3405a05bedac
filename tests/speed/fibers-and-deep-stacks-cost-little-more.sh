# SPDX-License-Identifier: Apache-2.0
# slow: 100
# An exact event on a fiber, or below more frames than are recorded, costs a small multiple of
# what it costs elsewhere, in instructions.  The kernel is asked whether a page can be read
# once a page, and not once an event: 20 000 pairs are more than all there is to ask.
. "$SRC/tests/lib.sh"
need valgrind
[[ $(uname -m) == x86_64 ]] || skip "the budget is of x86-64"
PYTHONPATH=$SRC/tests/bench PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$SRC/tests/bench/ratios.py" "$SRC/tests/speed/ratios"
part_needs strace && strace -o /dev/null true || exit 0
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
asked() {
    strace -f -o trace -E LD_PRELOAD="$SHIM" "$B/bench/fibers" "$@" >/dev/null
    grep -c 'rt_sigprocmask(0xffffffff' trace || true
}
for place in 'main 20' 'fiber 20' 'fiber 600' 'first 20' 'first 300' 'turns 20' 'swing 600' 'fswing 600'; do
    read -r where depth <<<"$place"
    times=$(asked 20000 "$where" "$depth")
    echo "$place: $times pages looked at"
    ((times < 3000)) || fail "the kernel was asked $times times on $place"
done
rm -f "$MEMPROF_DIR"/*.state
