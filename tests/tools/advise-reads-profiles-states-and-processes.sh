# SPDX-License-Identifier: Apache-2.0
# What is advised about a run is the same from the profile, from the file beside it and from the
# state; a running process is read, too; run ends with what could be saved.
. "$SRC/tests/lib.sh"
export MEMPROF_LIFETIMES=1 # which windows are followed is a matter of chance
"$MEMPROF" run --advise -o ledger.pb.gz "$TARGETS/ledger" 100 >out 2>err
is "the last line" "  memprof advise ledger.pb.gz: $("$MEMPROF" advise ledger.pb.gz | sed -n 's/\.$//; 2p')" "$(tail -n 1 err)"
has err 'memprof advise ledger.pb.gz: [0-9]+ changes would save (9[0-9]|100) % of the allocations$'
valid ledger.pb.gz
"$MEMPROF" advise --json ledger.pb.gz >from_profile
"$MEMPROF" advise --json ledger.lifetimes.gz >from_file
MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1 profiled "$TARGETS/ledger" 100 >out
state=$(one "$MEMPROF_DIR"/*.state)
"$MEMPROF" advise --json "$state" >from_state
"$MEMPROF" collect -o again.pb.gz "$state" >out
has out '^again.lifetimes.gz: how blocks lived'
"$MEMPROF" advise --json again.pb.gz >from_collected
cat >same.py <<'PYTHON'
import json, sys
def read(path):
    with open(path) as file:
        one = json.load(file)
    return one["allocations"], [(a["kind"], a["site"]["function"], a["site"]["line"], a["objects"], a["saves"]) for a in one["advice"]]
first, *others = map(read, sys.argv[1:])
assert len(first[1]) > 3, first
for other in others:
    assert other == first, (first, other)
PYTHON
/usr/bin/python3 same.py from_profile from_file from_state from_collected

# A process that runs.
mkfifo fifo
exec 3<>fifo
MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "$TARGETS/pauses" 2 >out 2>err <fifo &
pid=$!
until_true "$MEMPROF" advise "$pid"
has <("$MEMPROF" advise "$pid") '^[0-9]+: [0-9]+ allocations? of'
kill -9 "$pid"
wait "$pid" || true
rm "$MEMPROF_DIR"/*.state

# Options choose; what is asked for by its place is shown however small it is.
every <("$MEMPROF" advise --kind=reserve ledger.pb.gz) '^[0-9]+\. ' '^[0-9]+\. reserve, '
is "advices with -n 1" 1 "$("$MEMPROF" advise -n 1 ledger.pb.gz | grep -cE '^[0-9]+\. ')"
has <("$MEMPROF" advise --site='^balance_of$' ledger.pb.gz) 'at +balance_of \(ledger.c:[0-9]+\)'
has <("$MEMPROF" advise --site='ledger.c:' ledger.pb.gz) 'at +make_line .* by way of asprintf'
# Other commands do not take the file for a profile of the run.
mkdir both && cp ledger.* both/
is "profiles in the directory" "$(totals ledger.pb.gz)" "$("$MEMPROF" merge -o sum.pb.gz both >/dev/null && totals sum.pb.gz)"

# A program without an allocation, and one with a single one.
"$MEMPROF" run --advise -q -o nothing.pb.gz "$TARGETS/nothing"
has <("$MEMPROF" advise nothing.pb.gz) 'No change would save much'
# Samples: it says what they cannot show.
"$MEMPROF" run --advise -q -i 16K -o sampled.pb.gz "$TARGETS/ledger" 400 >out
has <("$MEMPROF" advise sampled.pb.gz) 'Only samples were recorded'
lacks <("$MEMPROF" advise sampled.pb.gz) '^[0-9]+\. (stack|arena|pool)'
# Another run's file, and one of a later format.
cp ledger.lifetimes.gz sampled.lifetimes.gz
refused 2 'sampled.lifetimes.gz are of another run' "$MEMPROF" advise sampled.pb.gz
zcat ledger.lifetimes.gz | sed 's/memprof: lifetimes 1/memprof: lifetimes 7/' | gzip >sampled.lifetimes.gz
refused 2 'its format is 7, and this memprof knows 1; try the memprof that wrote it' "$MEMPROF" advise sampled.pb.gz
head -c 2000 ledger.lifetimes.gz >sampled.lifetimes.gz
refused 2 'sampled.lifetimes.gz: it is truncated' "$MEMPROF" advise sampled.pb.gz
# Numbers that make no sense.
for wrong in x -1 5000; do
    MEMPROF_LIFETIMES=$wrong refused 2 "MEMPROF_LIFETIMES: '$wrong' is not a number" "$MEMPROF" run --advise true
done
MEMPROF_LIFETIMES=0 refused 2 'MEMPROF_LIFETIMES is 0' "$MEMPROF" run --advise true
