# SPDX-License-Identifier: Apache-2.0
# What becomes more from look to look may leak, and says how fast; a table, a cache that is full, a queue
# and what is set up once may not.  One look calls none of them a leak.
. "$SRC/tests/lib.sh"
mkfifo in out
exec 3<>in 4<>out
MEMPROF_LIFETIMES=1 MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none LD_PRELOAD=$SHIM "$TARGETS/hoards" <in >out &
pid=$!
round() { # answered: all of the round is done
    echo >&3
    read -r -u 4
}
kinds() { # the kind at each function, from files of JSON
    /usr/bin/python3 -c 'import json, sys
for one in json.load(open(sys.argv[1]))["advice"]:
    if one["site"]["function"] != "main": print(one["site"]["function"], one["kind"])' "$1" | sort
}
for look in one two; do
    round && round
    "$MEMPROF" dump -q -o "$look.pb.gz" "$pid"
done
round && round
"$MEMPROF" advise --json "$pid" >alone.json
is "leaks in one look" "cache kept forget no-pool leak kept queue pool set_up kept table kept" "$(kinds alone.json | tr '\n' ' ' | sed 's/ $//')"
"$MEMPROF" advise --json two.pb.gz one.pb.gz "$pid" >looks.json # in any order
is "leaks in three" "cache kept forget leak leak leak queue pool set_up kept table kept" "$(kinds looks.json | tr '\n' ' ' | sed 's/ $//')"
kill -9 "$pid"
wait "$pid" || true
state=$(one "$MEMPROF_DIR"/*.state)
"$MEMPROF" advise one.pb.gz two.pb.gz "$state" >text
has text '^1\. leak, .*confidence (medium|high)$'
has text '^   because  1600 \(175.00 kB\) more were alive at the last of 3 looks than at the first, .* 0 of all 2400 were freed'
has text 'write +free them, or limit .*: each second there are [0-9.]+ more \([0-9.]+ [kM]?B\)$'
has text 'write +nothing: they are set up by what is done once$'
has <("$MEMPROF" advise --kind=kept "$state") 'write +nothing: they stay; earlier profiles of this run'
is "leaks with --kind" 2 "$("$MEMPROF" advise --kind=leak two.pb.gz "$state" | grep -c '^[0-9]*\. leak,')"

# Looks that are none.
refused 2 'one.pb.gz: it has no lifetimes; try' "$MEMPROF" advise "$state" one.pb.gz
refused 2 "one.pb.gz: its moment was given already" "$MEMPROF" advise one.pb.gz one.pb.gz "$state"
refused 2 "is not earlier than .*; give the latest last" "$MEMPROF" advise "$state" "$state"
MEMPROF_LIFETIMES=1 MEMPROF_INTERVAL=1 profiled "$TARGETS/exact" >exact
refused 2 "is not of the same process and run as" "$MEMPROF" advise "$(profile_of exact)" "$state"
refused 2 'is a directory; try one of the profiles in it' "$MEMPROF" advise . "$state"
rm "$state"
