# SPDX-License-Identifier: Apache-2.0
# Before glibc 2.35 there is no _dl_find_object.  A copy that looks for another name falls back,
# says so once, and still knows its modules.
. "$SRC/tests/lib.sh"
sed 's/_dl_find_object/_dl_find_nobody/g' "$SHIM" >libmemprof.so
! cmp -s "$SHIM" libmemprof.so || fail "the library does not look for _dl_find_object"
cp "$MEMPROF" "$COLLECT" "$B/memprof-symbols" "$B/memprof-end" . # they are looked for beside the library
line="memprof: this glibc has no _dl_find_nobody (2.35 has it): stacks are found by libunwind"
for unwind in '' fp; do
    is status 3 "$(MEMPROF_UNWIND=$unwind MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz \
        LD_PRELOAD=$PWD/libmemprof.so status_of "$TARGETS/ends" exit)"
    is messages "$([[ $unwind ]] || echo "$line")" "$(cat err)"
    valid out.pb.gz
    dump out.pb.gz | grep -q "^1000 1000000 1000 1000000 .* work@$([[ $unwind ]] || echo ".* main@")" || fail "other stacks by '$unwind'"
    rm out.pb.gz
done
./memprof run -q -i 1 -- sh -c "$TARGETS/ends exit; $TARGETS/ends exit" >said 2>&1 || true
is "times that it is said" 1 "$(grep -cF "$line" said)"
