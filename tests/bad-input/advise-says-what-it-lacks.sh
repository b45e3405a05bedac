# SPDX-License-Identifier: Apache-2.0
# One line and status 2 for whatever has no lifetimes, or none that can be used, and what to try.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/exact" >out
profile=$(profile_of exact)
refused 2 "$profile: it has no lifetimes; try 'memprof run --advise'" "$MEMPROF" advise "$profile"
refused 2 'standard input has no file of lifetimes beside it' "$MEMPROF" advise - <"$profile"
refused 2 'is a directory; try one of the profiles in it' "$MEMPROF" advise .
refused 2 'no profile, state or process given' "$MEMPROF" advise
refused 2 "'heap' .*try" "$MEMPROF" advise --kind=heap "$profile"
refused 2 "count.*'0'" "$MEMPROF" advise -n 0 "$profile"
refused 2 'not a regular expression' "$MEMPROF" advise --site='[a' "$profile"
echo text >text
refused 2 'is not a profile, or damaged' "$MEMPROF" advise text
MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1 profiled "$TARGETS/exact" >out
state=$(one "$MEMPROF_DIR"/*.state)
refused 2 'it has no lifetimes; try' "$MEMPROF" advise "$state"
head -c 5000 "$state" >"$MEMPROF_DIR/cut.state"
refused 2 'truncated|not a state' "$MEMPROF" advise "$MEMPROF_DIR/cut.state"
rm "$MEMPROF_DIR"/*.state

# The file beside it: damaged, cut, of a later format, of another run.
beside=${profile%.pb.gz}.lifetimes.gz
echo nothing >"$beside"
refused 2 "${beside}: it is not a profile, or damaged" "$MEMPROF" advise "$profile"
head -c 300 "$profile" >"$beside"
refused 2 "$beside: it is truncated" "$MEMPROF" advise "$profile"
cp "$profile" "$beside"
refused 2 "$beside: it is no file of lifetimes" "$MEMPROF" advise "$profile"
head -c 200M /dev/zero | gzip >"$beside"
refused 2 'unpacks to far more than it is large' "$MEMPROF" advise "$profile"
