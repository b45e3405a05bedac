# SPDX-License-Identifier: Apache-2.0
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
is status 0 "$(status_of "$MEMPROF" run "$TARGETS/ends" exec)"
valid "$(profile_of ends)" "$(profile_of cat)"
dump "$(profile_of ends)" | grep -q '^1000 1000000 1000 1000000 bytes=1024bytes work@'
[[ -z $(states) ]] || fail "left" $(states)
# Without run the old image's state waits for `memprof collect`.
rm -f memprof.*
profiled "$TARGETS/ends" exec
valid "$(profile_of cat)"
"$MEMPROF" collect --all >/dev/null 2>&1
valid "$(profile_of ends)"
