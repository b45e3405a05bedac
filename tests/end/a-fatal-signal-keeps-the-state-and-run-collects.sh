# SPDX-License-Identifier: Apache-2.0
# Nothing of ours runs in a dying process: its state outlives it.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
for end in abort:134 segv:139 term:143 kill:137 int:130; do
    rm -f memprof.*
    { is "status of ${end%:*}" "${end#*:}" "$(status_of profiled "$TARGETS/ends" "${end%:*}")"; } 2>/dev/null
    [[ -z $(profiles) ]] || fail "a profile after ${end%:*}"
    "$MEMPROF" collect "$(one $(states))" >/dev/null 2>&1
    dump "$(profile_of ends)" | grep -q '^1000 1000000 1000 1000000 bytes=1024bytes work@'
    [[ -z $(states) ]] || fail "the state stayed after it was collected"

    rm -f memprof.*
    is "status of run" "${end#*:}" "$(status_of "$MEMPROF" run "$TARGETS/ends" "${end%:*}")"
    valid "$(profile_of ends)"
    dump "$(profile_of ends)" | grep -q '^1000 1000000 1000 1000000 bytes=1024bytes work@'
    has err 'go tool pprof .*memprof\.ends\.[0-9]+\.pb\.gz'
    [[ -z $(states) ]] || fail "run left a state"
done
