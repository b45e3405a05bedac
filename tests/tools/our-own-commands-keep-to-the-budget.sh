# SPDX-License-Identifier: Apache-2.0
# memprof collect and memprof diff, recorded at interval 1, allocate no more than memprof.budget allows; a tenth of it
# would be noticed, and two runs allocate the same to the object, as a gate between commits needs it.
. "$SRC/tests/lib.sh"
export MEMPROF_CACHE=off
mkdir bin runs states && cp "$B"/memprof{,-collect,-symbols,-end} "$B/libmemprof.so" bin/
cp "$MEMPROF" bin/memprof-diff && cp "$MEMPROF" bin/memprof-collect-command
for extra in 1 2; do
    MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/regress" $extra 8
    state=$(one $(states))
    for run in 1 2 3; do
        MEMPROF_DIR=$PWD/states bin/memprof run -q -i 1 --peak -o "runs/%e.$extra.$run.pb.gz" -- \
            bin/memprof-collect-command collect --keep -o $extra.pb.gz "$state" >out
    done
    rm "$state"
done
for run in 1 2 3; do
    MEMPROF_DIR=$PWD/states bin/memprof run -q -i 1 --peak -o "runs/%e.$run.pb.gz" -- \
        bin/memprof-diff diff --output=json=out.json 1.pb.gz 2.pb.gz >out
done
runs=(runs/memprof-diff.[0-9].pb.gz runs/memprof-collect-command.1.[0-9].pb.gz)
"$MEMPROF" budget --budget="$SRC/memprof.budget" "${runs[@]}" >out || { cat out; fail "over the budget"; }
sed -E 's/([0-9]+)(MiB)?  #/\1\2 #/; s/ 20000 #/ 2000 #/; s/ 8MiB #/ 800KiB #/' "$SRC/memprof.budget" >tenth
is "status of a tenth" 1 "$(status_of "$MEMPROF" budget --budget=tenth "${runs[@]}")"
"$MEMPROF" diff --format=json runs/memprof-diff.1.pb.gz runs/memprof-diff.2.pb.gz >same.json
is "what changes from run to run" '"same" "same"' \
    "$(jq -r '"\(.totals.alloc_objects.judgement|tojson) \(.totals.inuse_objects.judgement|tojson)"' same.json)"
