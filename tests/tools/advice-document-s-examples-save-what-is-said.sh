# SPDX-License-Identifier: Apache-2.0
# Each kind of docs/advice.md has a program that gets it and one where it was followed: the allocations
# that this saves are those that were predicted.
. "$SRC/tests/lib.sh"
awk '/^<!-- before / { name = $3; which = "before" } /^<!-- after / { which = "after" }
    /^```$/ { inside = 0 } inside { print >(which "." name) } /^```c/ && which { inside = 1 }
    /^```$/ && which == "after" { which = "" }' "$SRC/docs/advice.md"
for source in before.*; do
    name=${source#before.} kind=${source#before.} kind=${kind%.*}
    compiler=gcc
    [[ $name != *.cc ]] || compiler="g++ -std=c++17"
    for which in before after; do
        $compiler -g -O1 "$which.$name" -o "$which.$kind"
        MEMPROF_LIFETIMES=1 "$MEMPROF" run --advise -q -o "$which.$kind.pb.gz" "./$which.$kind"
    done
    "$MEMPROF" advise --json --kind="$kind" "before.$kind.pb.gz" >"$kind.json"
    before=$(totals "before.$kind.pb.gz" | cut -d ' ' -f 1) after=$(totals "after.$kind.pb.gz" | cut -d ' ' -f 1)
    predicted=$(/usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["advice"][0]["saves"]["allocations"])' <"$kind.json")
    echo "$kind: $before allocations, $after after the change; $predicted were predicted to be saved"
    # Stacks that were alive at different times are added up in a pool, so that it may need fewer.
    /usr/bin/python3 -c 'import sys; real, said = map(int, sys.argv[1:]); sys.exit(abs(real - said) > real / 50)' \
        "$((before - after))" "$predicted" || fail "$kind saves $((before - after))"
    confidence=high
    [[ $kind != arena ]] || confidence=medium # a loop in its owner, and one around it
    has <("$MEMPROF" advise "before.$kind.pb.gz") "^1\. $kind, .*confidence $confidence"
done
is "kinds with an example" 4 "$(echo before.*.pb.gz | wc -w)"
