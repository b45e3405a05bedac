# SPDX-License-Identifier: Apache-2.0
# Frames in no file are named by /tmp/perf-PID.map, read at collection: later lines win, nonsense
# names nothing, names are cleaned and cut, and code that is in a file keeps its own names.
# A map that is not the process's own (link, other owner, written by all, older) is not read.
. "$SRC/tests/lib.sh"
[[ $(uname -m) == x86_64 ]] || skip "machine code for x86-64"
export MEMPROF_INTERVAL=1 MADE=$PWD/made
trap '[[ ! -e made ]] || xargs -r rm -f <made' EXIT
{
    printf '0 ffffffffffffffff everything\n10000000000 40 one that was\n10000000000 40 one /x/a.js:3:4\n'
    printf '0x10000000040 0x40 LazyCompile:~two \033[31mred\n10000000080 40\nzz 40 three\n40 three\n'
    printf '1000000000000000000000000 40 three\n10000000080 40 %02000d\n100000000c0 3f fo' 7
} >map
# run COMMAND: the frames of the profile of jits, which runs that after it has allocated.
run() {
    rm -f out.pb.gz
    MEMPROF_OUT=out.pb.gz profiled "$TARGETS/jits" "echo \$MAP >>$MADE; $1"
    valid out.pb.gz
    dump out.pb.gz | grep ' allocate@' >frames
}
run 'cp map $MAP'
long=$(printf '%01024d' 0)
has frames " allocate@[^ ]* everything@:0 $long@:0 LazyCompile:~two_[?][[]31mred@:0 one_/x/a.js:3:4@:0 main@.* _start@"
strip -o bare "$TARGETS/jits"
MEMPROF_OUT=bare.pb.gz profiled ./bare "echo \$MAP >>$MADE; cp map \$MAP"
dump bare.pb.gz >frames
has frames " bare[+]0x[^ ]* everything@:0 $long@:0 LazyCompile:[^ ]* one_[^ ]* bare[+]0x"
none=' allocate@[^ ]* \[anon\]@:0 \[anon\]@:0 \[anon\]@:0 \[anon\]@:0 main@.* _start@'
run true
has frames "$none"
for other in 'ln -s $PWD/map $MAP' 'mkfifo $MAP' 'mkdir $MAP && rmdir $MAP' 'cp map $MAP; chmod o+w $MAP' \
    'cp map $MAP; touch -d "1 hour ago" $MAP' 'cp map $MAP; ln $MAP $MAP.2; echo $MAP.2 >>made'; do
    run "$other"
    has frames "$none"
done
[[ $(id -u) == 0 ]] || skip_rest "another owner and another root need root"
run 'cp map $MAP; chown 65534 $MAP'
has frames "$none"
# Another root and pid 1 there, collected from outside while it lives: its map, not one of ours.
mkdir -p jail/elsewhere
ln -s /elsewhere jail/tmp
mkfifo go
unshare -pf --kill-child env LD_PRELOAD="$SHIM" "$TARGETS/jits" 'echo $MAP >where' "$PWD/jail" <go &
exec 9>go
until_true pgrep -P $!
process=$(pgrep -P $!)
until_true test jail -ef "/proc/$process/root"
is "path of the map" /tmp/perf-1.map "$(cat where)"
cp map jail/elsewhere/perf-1.map
rm -f out.pb.gz
"$MEMPROF" collect -o out.pb.gz "$process" >/dev/null
dump out.pb.gz | grep ' allocate@' >frames
has frames ' LazyCompile:~two_[?][[]31mred@:0 one_/x/a.js:3:4@:0 main@'
exec 9>&-
wait $! || true
rm -f "$MEMPROF_DIR"/*
