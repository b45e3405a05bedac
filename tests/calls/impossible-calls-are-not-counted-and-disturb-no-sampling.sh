# SPDX-License-Identifier: Apache-2.0
# malloc(PTRDIFF_MAX), calloc overflow, a realloc that fails: no NULL is recorded, the old
# block stays live, and the same blocks are sampled as without these calls.
. "$SRC/tests/lib.sh"
same_with_and_without "$TARGETS/refused" 0
rm -f $(profiles)
for interval in 1 4K 512K; do
    for plain in 0 1; do
        MEMPROF_SEED=7 MEMPROF_INTERVAL=$interval MEMPROF_OUT=$plain.pb.gz profiled "$TARGETS/refused" $plain >/dev/null
        valid $plain.pb.gz
        dump $plain.pb.gz | sed -E 's/(main@[^ ]*).*/\1/' | grep -v 'puts\|_IO_' | sort >$plain
    done
    diff 0 1 || fail "other samples at $interval"
    lacks 0 impossible
    rm ./*.pb.gz
done
MEMPROF_INTERVAL=1 MEMPROF_OUT=exact.pb.gz profiled "$TARGETS/refused" 0 >/dev/null
# A third of the small ones, and one of the two whose reallocs failed.
is "counted in work" "20002 6668" "$(counted exact.pb.gz work | cut -d' ' -f1,3)"
