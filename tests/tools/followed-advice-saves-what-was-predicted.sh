# SPDX-License-Identifier: Apache-2.0
# slow: 10
# Two small programs, and what they are when the advice about them is followed: they print the same,
# and the allocations they save are those that were predicted within 2 %, the bytes within 10 %.
. "$SRC/tests/lib.sh"
need patch
for source in ledger.c markup.cc; do
    name=${source%.*}
    mkdir "$name"
    cp "$SRC/tests/targets/$source" "$name/"
    patch -s -d "$name" -p1 <"$SRC/tests/targets/$name.patch"
    case $source in
    *.cc) g++ -std=c++17 -g -O1 "$name/$source" -o "$name/after" ;;
    *) gcc -D_GNU_SOURCE -g -O1 "$name/$source" -o "$name/after" ;;
    esac
    cp "$TARGETS/$name" "$name/before"
    for which in before after; do
        MEMPROF_LIFETIMES=1 "$MEMPROF" run --advise -q -o "$name/$which.pb.gz" "$name/$which" 100 >"$name/$which.out"
    done
    cmp "$name/before.out" "$name/after.out"
    "$MEMPROF" advise --json "$name/before.pb.gz" >"$name/advice.json"
    # shellcheck disable=SC2046
    /usr/bin/python3 "$SRC/tests/tools/predicted.py" "$SRC/tests/targets/$name.patch" "$name/advice.json" \
        $(totals "$name/before.pb.gz") $(totals "$name/after.pb.gz")
done
