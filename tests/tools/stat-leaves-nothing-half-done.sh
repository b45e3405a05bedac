# SPDX-License-Identifier: Apache-2.0
# Ctrl-C ends it with the signal, even if the program goes on and succeeds, and leaves no directory;
# only an earlier result is replaced, and as a whole.
. "$SRC/tests/lib.sh"
need jq
mkfifo end
cat >stubborn <<'SCRIPT'
trap '' INT
echo ready
read -r line <end
SCRIPT
interrupted() { # COMMAND...: after it has printed `ready`
    rm -f out # what an earlier one said
    set -m
    "$MEMPROF" stat -n 3 -o kept "$@" >out 2>err &
    pid=$!
    set +m
    until_true grep -q ready out
    is "half a directory, hidden" ".kept." "$(ls -A | grep -o '^\.kept\.')"
    kill -s INT -- -$pid
}
left() { # STATUS
    local status=0
    wait $pid || status=$?
    is "status" "$1" "$status"
    is "left" "end err out stubborn" "$(ls -A | grep -v '^old$' | paste -sd' ')"
    [[ -z $(states) ]] || fail "left" $(states)
}
interrupted -- "$TARGETS/ends" wait
left 130
interrupted -- sh stubborn
echo go >end
left 130
# A terminated one as well; what there was stays.
"$MEMPROF" stat -n 1 --plain=0 -o old -- ls >/dev/null
rm out
"$MEMPROF" stat -n 1 -o old -- "$TARGETS/ends" wait >out 2>err &
pid=$!
until_true grep -q ready out
kill -s TERM $pid
left 143
jq -e .version old/stat.json >/dev/null || fail "the earlier result is gone"
# What passes its output on ends like what writes it, where nobody reads it.
"$MEMPROF" stat -n 3 -o kept --ops-from='([0-9]+)' -- seq 1000000 >end 2>err &
pid=$!
read -r line <end
is "the first line" 1 "$line"
left 141
# Replaced is an earlier result, an empty directory or nothing.
ours() { "$MEMPROF" stat -n 1 --plain=0 -o "$1" -- "$TARGETS/regress" 0 40 >/dev/null; }
ours old
is "the program by now" regress "$(jq -r .program old/stat.json)"
is "what is in it" "run-1 stat.json" "$(ls -A old | paste -sd' ')"
mkdir empty && ours empty/
is "in what was empty" "run-1 stat.json" "$(ls -A empty | paste -sd' ')"
ln -s old link && ours link
[[ -L link && -e old/stat.json ]] || fail "a link was replaced"
touch old/notes.txt file
mkdir -p mine/run-1 && touch mine/run-1/x.pb.gz
for taken in old mine file .; do
    is "status in $taken" 2 "$(status_of "$MEMPROF" stat -n 1 -o $taken -- sh -c 'touch ran')"
    [[ ! -e ran ]] || fail "it ran, and $taken cannot be replaced"
done
[[ -e old/notes.txt && -e mine/run-1/x.pb.gz ]] || fail "a file of somebody's own is gone"
rm old/notes.txt && echo '{}' >old/run-1/else.txt
is "status with a foreign file in a run" 2 "$(status_of "$MEMPROF" stat -n 1 -o old -- ls)"
[[ -e old/run-1/else.txt ]] || fail "a file of somebody's own in a run is gone"
is "status in a missing directory" 2 "$(status_of "$MEMPROF" stat -n 1 -o no/such -- ls)"
# The default name says whose it is.
(cd empty && rm -r ./* && "$MEMPROF" stat -n 1 --plain=0 -- "$TARGETS/regress" 0 40 >/dev/null)
[[ -e empty/memprof.regress.stat/stat.json ]] || fail "no default directory"
