# SPDX-License-Identifier: Apache-2.0
# It exports malloc itself: nothing can be recorded; it runs the same, and run says why,
# also when a shell execs it.
. "$SRC/tests/lib.sh"
"$TARGETS/own_malloc" >plain
profiled "$TARGETS/own_malloc" >ours
diff plain ours
[[ -z $(profiles) ]] || fail "an empty profile is no result"
is status 2 "$(status_of "$MEMPROF" run -i 1 -- "$TARGETS/own_malloc")"
diff plain out
has err 'own_malloc.*malloc'
is status 2 "$(status_of "$MEMPROF" run -i 1 -- sh -c 'exec "$0"' "$TARGETS/own_malloc")"
rm -f $(profiles) # of the shell's image
has err '^memprof run: sh: no profile: malloc is provided by .*/own_malloc'
[[ -z $(profiles) && -z $(states) ]] || fail "left" $(profiles) $(states)
