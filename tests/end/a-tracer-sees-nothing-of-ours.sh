# SPDX-License-Identifier: Apache-2.0
# A debugger that follows children and execs is told of none of ours; the state stays, as one
# line says.  (ASLR and the like differ, so it compares events, not addresses.)
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
is "status of the plain program" 3 "$(status_of "$TARGETS/traces" '' "$TARGETS/ends" exit)"
mv out plain.out
has plain.out '^event 4$' # its own exec
is status 3 "$(status_of "$TARGETS/traces" "$SHIM" "$TARGETS/ends" exit)"
diff plain.out out || fail "the tracer was told something else"
is "lines" 1 "$(wc -l <err)"
has err '^memprof: the state is kept in .*, because a debugger or tracer is attached; .memprof collect'
[[ -z $(profiles) ]] || fail "a profile"
"$MEMPROF" collect --all >/dev/null 2>&1
dump "$(profile_of ends)" | grep -q '^1000 1000000 1000 1000000 bytes=1024bytes work@'
