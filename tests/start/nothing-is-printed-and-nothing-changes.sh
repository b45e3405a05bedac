# SPDX-License-Identifier: Apache-2.0
# stdout, stderr, the environment, the descriptors, the signals, the threads and the
# children that a program sees are what they are without us.
. "$SRC/tests/lib.sh"
export LD_LIBRARY_PATH=/nonexistent A='b c' LD_PRELOAD=
status_of "$TARGETS/looks" >/dev/null
mv out plain
is status 0 "$(MEMPROF_INTERVAL=1 status_of env LD_PRELOAD="$SHIM" "$TARGETS/looks")"
is messages "" "$(cat err)"
grep -vE '^env (LD_PRELOAD|MEMPROF_INTERVAL|_)=' out >ours
grep -vE '^env (LD_PRELOAD|MEMPROF_INTERVAL|_)=' plain >wanted
diff wanted ours || fail "the program sees a difference"
has out "^env LD_PRELOAD=$SHIM$"
valid "$(profile_of looks)"
