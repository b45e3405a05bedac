# SPDX-License-Identifier: Apache-2.0
# No file, no state, no word; under `memprof run` the first process always has a profile.
. "$SRC/tests/lib.sh"
is status 9 "$(status_of profiled "$TARGETS/nothing" 9)"
is messages "" "$(cat err)"
[[ -z $(profiles) && -z $(states) ]] || fail "left" $(profiles) $(states)
is "status of run" 9 "$(status_of "$MEMPROF" run "$TARGETS/nothing" 9)"
valid "$(profile_of nothing)"
is totals "0 0 0 0" "$(totals "$(profile_of nothing)")"
# It says what would have seen something.
MEMPROF_VERBOSE=1 profiled "$TARGETS/nothing" 2>err >/dev/null
has err '[Ii]nterval|INTERVAL'
