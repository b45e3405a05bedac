# SPDX-License-Identifier: Apache-2.0
# Four values each time: now, what has changed (signed, with a duration), or at the peak.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/told.inc"
start_told
tell keep 1000 100
# kept FILE: the four values of what `keep` allocated.
kept() {
    valid "$1"
    counted "$1" keep
}
"$MEMPROF" dump -o now.pb.gz "$told_name" >out
has out "^now.pb.gz: $told_name \(pid $told\), allocated .*, live "
is "now" "1001 100001 1001 100001" "$(kept now.pb.gz)"
"$MEMPROF" dump "$told" >piped.pb.gz
is "on standard output" "1001 100001 1001 100001" "$(kept piped.pb.gz)"
tell drop
is "all dropped" "1001 100001 0 0" "$("$MEMPROF" dump -q -o dropped.pb.gz "$told" && kept dropped.pb.gz)"
is "at the peak" "1001 100001 1001 100001" "$("$MEMPROF" dump -q --peak -o peak.pb.gz "$told" && kept peak.pb.gz)"
go tool pprof -comments peak.pb.gz >comments 2>/dev/null
has comments '^memprof: view peak$'
# What changes while it waits: begun when its first look is over, which nobody else can see, so
# that what is kept again and again changes by what was told in between at most.
tell keep 20 10
began=$EPOCHREALTIME
"$MEMPROF" dump --seconds=1 -o delta.pb.gz "$told" >out &
dump=$!
told_in_between=0
while kill -0 $dump 2>/dev/null; do
    tell keep 1 10
    tell drop
    told_in_between=$((told_in_between + 1))
done
wait $dump
ended=$EPOCHREALTIME
has out "^delta.pb.gz: .*live changed by -?[0-9]"
read -r objects space live_objects live_space <<<"$(kept delta.pb.gz)"
((objects > 0 && objects <= told_in_between + 20)) || fail "$objects objects, told of $told_in_between"
((space == 10 * objects && live_space == 10 * live_objects)) || fail "$space bytes in $objects objects"
((live_objects >= -20 && live_objects <= 1)) || fail "$live_objects more objects are live"
took=$((10#${ended/./} - 10#${began/./})) duration=$(meta delta.pb.gz | awk '$1 == "duration" { printf "%d", $2 / 1000 }')
((duration >= 1000000 && duration <= took)) || fail "a duration of $duration us in a dump of $took us"
# An older profile of ours is replaced, a file of somebody's own is not; a template is filled in.
"$MEMPROF" dump -q -o now.pb.gz "$told"
is "replaced" "1 file" "$(ls now.pb.gz* | wc -l) file"
echo mine >own.pb.gz
refused 2 "own.pb.gz: it is there already, and no profile of memprof's" "$MEMPROF" dump -o own.pb.gz "$told"
is "a file of one's own" mine "$(cat own.pb.gz)"
"$MEMPROF" dump -q -o dir/ "$told" && valid "dir/memprof.$told_name.$told.pb.gz"
"$MEMPROF" top -n 1 --no-header -s alloc_objects "$told_name" >out
has out ' keep$'
end_told
