# SPDX-License-Identifier: Apache-2.0
# return, exit, _exit, _Exit, quick_exit, and with 0-2 closed: same status, full profile,
# nothing printed.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
for end in return:7 exit:3 _exit:4 _Exit:5 quick_exit:6 close:8; do
    rm -f memprof.*
    is "status of ${end%:*}" "${end#*:}" "$(status_of profiled "$TARGETS/ends" "${end%:*}")"
    is "output of ${end%:*}" "" "$(cat out err)"
    valid "$(profile_of ends)"
    dump "$(profile_of ends)" >dumped
    has dumped '^1000 1000000 1000 1000000 bytes=1024bytes work@'
done
[[ -z $(states) ]] || fail "left" $(states)
