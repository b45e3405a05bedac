# SPDX-License-Identifier: Apache-2.0
# An alarm that is still armed, one that never stops, a timer whose handler uses a destroyed object, a TERM sent
# when the process has become its collector, threads that run on, a watchdog, a waiter for
# any child: as without us, whatever time the collector takes; each with its profile.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
# Takes its time: until a signal waits for the process that it works for, where WAITS is set.
cat >slow <<'SCRIPT'
#!/bin/bash
mask() { echo $((16#$(awk '/^ShdPnd/ { print $2 }' /proc/$PPID/status))); }
[[ ! $MEMPROF_WAITS ]] || while (($(mask) == 0)); do sleep 0.01; done
exec "$MEMPROF_REAL" "$@"
SCRIPT
chmod +x slow
export MEMPROF_COLLECTOR=$PWD/slow MEMPROF_REAL=$COLLECT
for way in alarm handled term floods logger wall exits both watchdog main_ends in_handler small_stack; do
    case $way in alarm | handled | term) export MEMPROF_WAITS=1 ;; *) export MEMPROF_WAITS= ;; esac
    plain=$(status_of "$TARGETS/last_moments" $way)
    mv out plain.out
    is "status of plain $way" 5 "$plain"
    is "status of $way" 5 "$(status_of profiled "$TARGETS/last_moments" $way)"
    diff plain.out out || fail "another output of $way"
    is "messages of $way" "" "$(cat err)"
    valid "$(profile_of last_moments)"
    is "counted of $way" "1000 1000000 1000 1000000" "$(counted "$(profile_of last_moments)" work)"
    rm memprof.*
    # Under run nothing happens at the end at all.
    is "status of $way under run" 5 "$(status_of "$MEMPROF" run -q -i 1 -- "$TARGETS/last_moments" $way)"
    diff plain.out out || fail "another output of $way under run"
    is "counted of $way under run" "1000 1000000 1000 1000000" "$(counted "$(profile_of last_moments)" work)"
    rm memprof.*
done
