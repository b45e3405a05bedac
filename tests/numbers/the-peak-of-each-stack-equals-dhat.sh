# SPDX-License-Identifier: Apache-2.0
# slow: 15
# Blocks and bytes of each stack when the most was in use, as DHAT has them (at t-gmax), in a program
# that does not call realloc: DHAT leaves a moved block with its first stack.
. "$SRC/tests/lib.sh"
need valgrind
for seed in 1 2 3 4; do
    rm -f dhat.* memprof.*
    valgrind -q --tool=dhat --num-callers=60 --dhat-out-file=dhat.out "$TARGETS/heights" $seed 2>err
    MEMPROF_INTERVAL=1 MEMPROF_PEAK=1 profiled "$TARGETS/heights" $seed
    python3 "$SRC/tests/numbers/dhat_stacks.py" dhat.out "$(one memprof.*.peak.pb.gz)" || fail "another peak at seed $seed"
done
