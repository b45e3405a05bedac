# SPDX-License-Identifier: Apache-2.0
# Ten blocks of 100 or 128 bytes by each, five of them given back by the partner that belongs to
# it; errno stays.  Over each allocator, whose operator new does or does not call malloc.
. "$SRC/tests/lib.sh"
# By the innermost frame that is ours: an allocator may call another function of the family.
by_function() {
    dump "$1" | sed -nE 's/^([0-9]+) ([0-9]+) ([0-9]+) ([0-9]+) .*[ ](by_[a-z_]+)\(.*/\5 \1 \2 \3 \4/p' |
        awk '{ for (i = 2; i <= 5; i++) sum[$1, i] += $i; names[$1] }
            END { for (n in names) print n, sum[n, 2], sum[n, 3], sum[n, 4], sum[n, 5] }' | sort
}
export MEMPROF_INTERVAL=1 MEMPROF_SEED=5
for allocator in '' $(allocators); do
    [[ ! $allocator ]] || part_needs_library $allocator || continue
    LD_PRELOAD=$allocator "$TARGETS/counts" >plain
    MEMPROF_OUT=out.pb.gz LD_PRELOAD="$SHIM $allocator" "$TARGETS/counts" >ours
    diff plain ours || fail "errno differs over '$allocator'"
    valid out.pb.gz
    by_function out.pb.gz >got
    sed -nE 's/^WAY\((by_[a-z_]+).*\b128,.*/\1 10 1280 5 640/p; s/^WAY\((by_[a-z_]+).*/\1 10 1000 5 500/p' \
        "$SRC/tests/targets/counts.cc" | sed 's/^by_grown .*/by_grown 20 1100 5 500/' | sort >wanted
    diff wanted got || fail "counted otherwise over '$allocator'"
    # Sampled, 2 MB of each: no way stands for twice what it is.
    MEMPROF_INTERVAL=4K MEMPROF_OUT=out.pb.gz LD_PRELOAD="$SHIM $allocator" "$TARGETS/counts" 20000
    by_function out.pb.gz | join - wanted | awk '{ off = $3 / ($7 * 2000) - 1; if (off > 0.05 || off < -0.05) { print; bad = 1 } }
        END { exit bad || NR != 20 }' || fail "sampled otherwise over '$allocator'"
done
