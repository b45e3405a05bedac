# SPDX-License-Identifier: Apache-2.0
# The collector has something to say, and stderr is a pipe that is full and that nobody reads:
# it says nothing and ends, with the profile.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_VERBOSE=1
cat >real <<'SCRIPT'
#!/bin/bash
"$MEMPROF_REAL" "$@"
echo $? >"$MEMPROF_ENDED"
SCRIPT
chmod +x real
export MEMPROF_COLLECTOR=$PWD/real MEMPROF_REAL=$COLLECT MEMPROF_ENDED=$PWD/ended
mkfifo full
exec 9<>full
dd if=/dev/zero of=full bs=4096 oflag=nonblock 2>/dev/null || true
status=0
LD_PRELOAD=$SHIM "$TARGETS/last_moments" stdout >out 2>&9 || status=$?
is "status" 5 $status
is "the collector's status" 0 "$(cat ended)"
valid "$(profile_of last_moments)"
