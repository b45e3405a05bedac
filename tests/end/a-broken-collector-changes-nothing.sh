# SPDX-License-Identifier: Apache-2.0
# Missing, not executable, failing, crashing: the program's status, and the state stays.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
printf '#!/bin/sh\nexit 3\n' >fails
printf '#!/bin/sh\nkill -SEGV $$\n' >crashes
printf 'no program' >foreign
chmod +x fails crashes foreign
printf '#!/bin/sh\n' >not-executable
for collector in "$PWD/missing" "$PWD/not-executable" "$PWD/foreign" "$PWD/fails" "$PWD/crashes" none; do
    is "status with $collector" 3 "$(MEMPROF_COLLECTOR=$collector status_of profiled "$TARGETS/ends" exit)"
    is "output" "" "$(cat out)"
    [[ -z $(profiles) ]] || fail "a profile by $collector"
    MEMPROF_COLLECTOR='' "$MEMPROF" collect -o out.pb.gz "$(one $(states))" >/dev/null 2>&1
    valid out.pb.gz
    dump out.pb.gz | grep -q '^1000 1000000 1000 1000000 bytes=1024bytes work@'
    rm out.pb.gz
done
