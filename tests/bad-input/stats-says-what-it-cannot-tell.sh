# SPDX-License-Identifier: Apache-2.0
# What is no heap, has no totals or is gone: one line and status 2, and nothing on stdout.
. "$SRC/tests/lib.sh"
quiet() {
    refused 2 "$@"
    is "output of a refusal" "" "$(cat out)"
}
MEMPROF_INTERVAL=1 profiled "$TARGETS/exact" >/dev/null
profile=$(profile_of exact)
quiet "^memprof stats: no process, profile or state given; try" "$MEMPROF" stats
quiet "^memprof stats: one at a time: more than one was given; try" "$MEMPROF" stats "$profile" "$profile"
quiet "^memprof stats: \.: is a directory; try" "$MEMPROF" stats .
echo nonsense >nonsense
quiet "^memprof stats: .*nonsense" "$MEMPROF" stats nonsense
echo '3,4 main@a.c:1' | /usr/bin/python3 "$SRC/tests/tools/make_profile.py" cpu.pb.gz types=samples/count,cpu/nanoseconds
quiet "^memprof stats: cpu.pb.gz: is no heap profile: it has no values of the type 'alloc_objects'" "$MEMPROF" stats cpu.pb.gz
sleep 1000 &
quiet "^memprof stats: .*process $!: memprof does not record it; start it with" "$MEMPROF" stats $!
kill $! && wait $! || true
quiet "^memprof stats: .*no such process" "$MEMPROF" stats $!
# A difference has no totals.
mkfifo in
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "$TARGETS/tallies" <in >tallies.out &
exec 3>in
until_true grep -q ready tallies.out
"$MEMPROF" dump --seconds=1 -o grown.pb.gz $! >/dev/null
quiet "^memprof stats: grown.pb.gz: is the difference of two moments" "$MEMPROF" stats grown.pb.gz
"$MEMPROF" dump --peak -o peak.pb.gz $! >/dev/null
exec 3>&-
wait $!
has <("$MEMPROF" stats peak.pb.gz) '^peak.pb.gz \(at its peak\), exact$'
has <("$MEMPROF" stats --json peak.pb.gz) '"view": "peak"'
is "status with a full disk" 2 "$(
    "$MEMPROF" stats --json "$profile" >/dev/full 2>/dev/null || echo $?
)"
