# SPDX-License-Identifier: Apache-2.0
# Before glibc 2.35 there is no _dl_find_object.  Nothing in the library asks for a newer
# version than it was built with needs anyway; and a copy that looks for another name falls
# back, and still knows its modules.
. "$SRC/tests/lib.sh"
need objdump
objdump -T "$SHIM" | grep -oE 'GLIBC_[0-9.]+' | sort -uV >versions
is "the newest symbol version" GLIBC_2.34 "$(tail -n 1 versions)"
sed 's/_dl_find_object/_dl_find_nobody/g' "$SHIM" >older.so
! cmp -s "$SHIM" older.so || fail "the library does not look for _dl_find_object"
cp "$B/memprof-end" . # it is looked for beside the library
for unwind in '' fp; do
    is status 3 "$(MEMPROF_UNWIND=$unwind MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=$COLLECT MEMPROF_OUT=out.pb.gz \
        LD_PRELOAD=$PWD/older.so status_of "$TARGETS/ends" exit)"
    is messages "" "$(cat err)"
    valid out.pb.gz
    dump out.pb.gz | grep -q "^1000 1000000 1000 1000000 .* work@$([[ $unwind ]] || echo ".* main@")" || fail "other stacks by '$unwind'"
    rm out.pb.gz
done
