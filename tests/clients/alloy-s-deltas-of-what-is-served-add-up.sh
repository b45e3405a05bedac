# SPDX-License-Identifier: Apache-2.0
# A scraper that does what Grafana Alloy's does takes what memprof serve answers: the same four types, the same stacks again,
# no value that falls, and the sum of its differences is what was allocated meanwhile.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
mkfifo in out
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "$TARGETS/obeys" <in >out &
PID=$!
exec 5>in 6<out
cat >work.sh <<'SH'
echo "allocate 100" >in && read -r line <out
echo "free 40" >in && read -r line <out
SH
sh work.sh
serve_starts $PID
/usr/bin/python3 "$SRC/tests/peers/alloy.py" "$URL/debug/pprof/allocs" 10 sh work.sh >sums || fail "refused: $(cat sums)"
is "what was allocated, and is in use" "1000 1000000 660 660000" "$(cat sums)"
serve_ends
exec 5>&- 6<&-
wait $PID || true
rm -f memprof.obeys.*
