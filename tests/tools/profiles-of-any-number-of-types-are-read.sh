# SPDX-License-Identifier: Apache-2.0
# A profile has as many values as it says: 1, 2, 3, 5 or 9 are added up, merged and filtered as
# pprof does, whichever is shown.
. "$SRC/tests/lib.sh"
stacks() { # TYPES: value K of stack N is (N + 1) * K, every second one negative
    awk -v types="$1" 'BEGIN { split("leaf;work;main left;main leaf;other;main", stack, " ")
        for (n = 1; n <= 3; n++) { line = ""
            for (k = 1; k <= types; k++) line = line (k > 1 ? "," : "") (k % 2 ? 1 : -1) * (n + 1) * k * 1000
            print line, stack[n] } }'
}
rows() {
    sed '1,/flat%/d' | sed 's/^ *//; s/  */ /g'
}
for types in 1 2 3 5 9; do
    names=$(seq -s, -f 't%g/count' "$types")
    for file in a b; do
        stacks "$types" | /usr/bin/python3 "$SRC/tests/tools/make_profile.py" "$file.$types.pb.gz" types="$names"
    done
    for type in $(seq "$types"); do
        for filter in '' --focus=work --ignore=leaf; do
            pprof -top -sample_index="t$type" ${filter:+-${filter#--}} {a,b}."$types".pb.gz 2>/dev/null | rows >wanted
            "$MEMPROF" top -s "t$type" --wrappers=listed $filter {a,b}."$types".pb.gz | rows >got
            [[ -s wanted ]] || fail "pprof prints nothing"
            diff wanted got || fail "type $type of $types $filter: memprof top (>) is not pprof (<)"
        done
    done
    for view in --stacks --by=module --by=line --per-file '--callers=leaf' '--list=leaf'; do
        "$MEMPROF" top "$view" {a,b}."$types".pb.gz >out 2>err || [[ $view == --list* ]] || fail "$view of $types types"
    done
    refused 2 '.' "$MEMPROF" top a.1.pb.gz "a.$((types + 1)).pb.gz"
done
