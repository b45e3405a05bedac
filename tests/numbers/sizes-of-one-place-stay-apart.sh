# SPDX-License-Identifier: Apache-2.0
# One call allocates blocks of a thousand sizes in turns: each size class has a sample of its
# own, whose label is the largest size in it, with the objects and bytes of just these sizes.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled "$TARGETS/refused" 1 >/dev/null
valid out.pb.gz
dump out.pb.gz | awk '$6 ~ /^work@/ { o[$5] += $1; b[$5] += $2; live[$5] += $3; live_b[$5] += $4 }
    END { for (l in o) print l, o[l], b[l], live[l], live_b[l] }' | sort >got
# What the program does: 20 000 blocks of 50 + n % 1000 bytes, of which every third stays,
# and two of 50 of which one stays.  Up to 64 bytes a class is one size, above a quarter of a power of two.
awk 'function label(size,   step) {
        if (size <= 64)
            return size
        for (step = 16; step * 8 < size; step *= 2) {}
        return int((size + step - 1) / step) * step
    }
    function block(size, stays) {
        o[label(size)]++
        b[label(size)] += size
        live[label(size)] += stays
        live_b[label(size)] += stays * size
    }
    BEGIN {
        block(50, 1)
        block(50, 0)
        for (n = 0; n < 20000; n++)
            block(50 + n % 1000, n % 3 == 0)
        for (l in o)
            print "bytes=" l "bytes", o[l], b[l], live[l], live_b[l]
    }' | sort >wanted
diff wanted got || fail "other sizes than those allocated (<)"
