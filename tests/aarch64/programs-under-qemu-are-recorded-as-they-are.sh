# SPDX-License-Identifier: Apache-2.0
# slow: 40
# The library is cross-compiled, with pointer authentication, and preloaded into programs that qemu
# runs: without and with authentication, and with pages of 64 KiB, totals are exact and stacks whole;
# so they are in threads, on both sides of a fork and after kill -9.  scripts/check-aarch64 does
# more of this.
. "$SRC/tests/lib.sh"
need aarch64-linux-gnu-gcc
qemu=$(command -v qemu-aarch64 || command -v qemu-aarch64-static) || skip "qemu-user is not installed"
arm=$B/aarch64 flags="-O2 -g -mbranch-protection=standard"
"${MAKE:-make}" -s -C "$SRC" B="$arm" CC=aarch64-linux-gnu-gcc CFLAGS="$flags" shim >made 2>&1 || fail "$(tail -n 5 made)"
[[ ! -s made ]] || fail "it does not build without a warning: $(head -n 5 made)"
for program in frames lives; do
    # shellcheck disable=SC2086
    aarch64-linux-gnu-gcc $flags -std=gnu11 -D_GNU_SOURCE -pthread -o $program "$SRC/tests/targets/$program.c"
done
# on MACHINE WORD...: the program, recorded, with those options of qemu's; OPTIONS are the library's.
OPTIONS=()
on() {
    local options=() word
    for word in MEMPROF_DIR="$MEMPROF_DIR" MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none "${OPTIONS[@]}"; do
        options+=(-E "$word")
    done
    # shellcheck disable=SC2086
    exec "$qemu" -cpu $1 -L /usr/aarch64-linux-gnu "${options[@]}" -E LD_PRELOAD="$arm/libmemprof.so" "${@:2}"
}
# taken NAME [STATE]: makes a profile of the only state, or of this.
taken() {
    local state=${2:-$(one $(states))}
    "$MEMPROF" collect -o "$1" "$state" >/dev/null
    valid "$1"
}
# ended STATUS MACHINE WORD...
ended() {
    local status=0
    (on "${@:2}") || status=$?
    is "status of ${*:2}" "$1" $status
}
outside='shapes@[^ ]* main@[^ ]* libc[^ ]* libc[^ ]* _start@[^ ]*$'
# qemu 7 maps pages of 64 KiB, later ones do not; its SVE looks at pages of 4 KiB there.
large="max,sve=off -p 65536"
OPTIONS=(MEMPROF_UNWIND=cfi)
ended 3 "$large" ./frames shapes 2>said
"$MEMPROF" inspect "$(one $(states))" >text
rm "$MEMPROF_DIR"/*.state
machines=(cortex-a57 max)
if grep -q 'chunks of 65536 bytes' text; then
    machines+=("$large")
else
    part_skipped "this qemu has no pages of 64 KiB"
fi
for cpu in "${machines[@]}"; do
    for unwind in cfi fp; do
        OPTIONS=(MEMPROF_UNWIND=$unwind)
        ended 3 "$cpu" ./frames shapes
        taken shapes.pb.gz
        dump shapes.pb.gz >stacks
        is "blocks of $unwind on $cpu" "1000 1001 2000" "$(cut -d' ' -f2 stacks | sort -n | xargs)"
        every stacks ' 100[01] ' " in_small@[^ ]* in_large@[^ ]* in_dynamic@[^ ]* in_aligned@[^ ]* in_many_registers@[^ ]* $outside"
    done
    OPTIONS=(MEMPROF_UNWIND=cfi)
    ended 3 "$cpu" ./frames shapes
    taken shapes.pb.gz
    dump shapes.pb.gz >stacks
    every stacks ' 2000 ' " in_small@[^ ]* handle@[^ ]* [^ ]* in_leaf@[^ ]* in_interrupted@[^ ]* $outside"
    ended 3 "$cpu" ./frames threads 2000
    taken threads.pb.gz
    has <(dump threads.pb.gz | grep ' thread@') '^8000 384000 4000 192000 '
    ended 3 "$cpu" ./frames forks 300
    for state in $(states); do
        taken forks.pb.gz "$state"
        dump forks.pb.gz | grep in_small@ | cut -d' ' -f1-4
    done | sort >forks
    is "blocks of both processes on $cpu" "300 19200 300 19200;300 24000 300 24000" "$(paste -sd ';' forks)"
    mkfifo pipe
    on "$cpu" ./frames waits 500 >pipe &
    read -r said <pipe
    is "what it says" ready "$said"
    kill -KILL $!
    wait $! || is "status" 137 $?
    rm pipe
    taken killed.pb.gz
    has <(dump killed.pb.gz) '^500 48000 500 48000 .*in_small@.* main@'
done
OPTIONS=(MEMPROF_LIFETIMES=1)
ended 0 max ./lives local 100 caller 100 next 100
state=$(one $(states))
has <(lives "$state" 24) 'followed 100, .* ended at 0:100;'
has <(lives "$state" 25) 'began at 2:99 15:1; ended at 1:100;'
has <(lives "$state" 27) 'ended at 1:99;'
rm "$state"
