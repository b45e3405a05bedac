# SPDX-License-Identifier: Apache-2.0
# A missing or read-only directory, a symlink, something that is no file: the state stays
# and is collected later; nothing is overwritten.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
mkdir directory.pb.gz
echo precious >precious
ln -s precious link.pb.gz
ln -s missing dangling.pb.gz
mkfifo fifo.pb.gz
for out in missing/p.pb.gz directory.pb.gz link.pb.gz dangling.pb.gz fifo.pb.gz; do
    rm -f "$MEMPROF_DIR"/*
    MEMPROF_OUT=$out refused 3 $(cut -d/ -f1 <<<"${out%.pb.gz}") profiled "$TARGETS/ends" exit
    state=$(one $(states))
    has err "${state##*/}|memprof collect"
    is precious precious "$(cat precious)"
    [[ ! -e missing ]] || fail "made $out"
    refused 2 $(cut -d/ -f1 <<<"${out%.pb.gz}") "$COLLECT" -o "$out" "$state"
    [[ -e $state ]] || fail "the state is gone after $out"
    "$MEMPROF" collect -o good.pb.gz "$state" >/dev/null 2>&1
    valid good.pb.gz
    rm good.pb.gz
    is "status of run" 2 "$(status_of "$MEMPROF" run -o "$out" -- "$TARGETS/ends" exit)"
    has err $(cut -d/ -f1 <<<"${out%.pb.gz}")
done
[[ -L link.pb.gz && -p fifo.pb.gz && -d directory.pb.gz ]]
# The directory goes while the program runs: the states of it are kept, as the messages say.
rm -f "$MEMPROF_DIR"/*
mkdir goes
is "status when the directory goes" 2 "$(status_of "$MEMPROF" run -i 1 -o goes/p.%e.pb.gz -- bash -c 'rmdir goes; : {1..2000}')"
[[ $(states) ]] || fail "no state is kept"
for state in $(states); do
    has err "${state##*/}"
    "$MEMPROF" collect -o good.pb.gz "$state" >/dev/null 2>&1
    valid good.pb.gz
    rm good.pb.gz
done
is "left in the directory" "dangling.pb.gz directory.pb.gz err fifo.pb.gz link.pb.gz out precious" "$(echo *)"
rm -f "$MEMPROF_DIR"/*
