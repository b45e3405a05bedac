# SPDX-License-Identifier: Apache-2.0
# KILL to `memprof run` itself: the program goes on; its profile is written at its end.
. "$SRC/tests/lib.sh"
"$MEMPROF" run -q -i 1 -- "$TARGETS/ends" wait >out &
pid=$!
until_true grep -q ready out
child=$(tr -d " " <"/proc/$pid/task/$pid/children")
kill -KILL $pid
wait $pid 2>/dev/null || true
kill -KILL "$child"
until_true test ! -d "/proc/$child"
"$MEMPROF" collect --all >/dev/null 2>&1
valid "$(profile_of ends)"
[[ -z $(states) ]] || fail "left" $(states)
