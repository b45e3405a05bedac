# SPDX-License-Identifier: Apache-2.0
# Two plugins with the same code under two build ids, opened and closed in turns, the one
# where the other was: each is counted as itself, and after the first turns nothing is new.
. "$SRC/tests/lib.sh"
need readelf
cp "$TARGETS/libplugin_one.so" first.so
id=$(readelf -n first.so | awk '/Build ID/ { print $3 }')
/usr/bin/python3 - "$id" <<'EOF'
import sys
build_id = bytes.fromhex(sys.argv[1])
with open("first.so", "rb") as file:
    library = file.read()
assert library.count(build_id) == 1
with open("second.so", "wb") as file:
    file.write(library.replace(build_id, build_id[::-1]))
EOF
# turns N STATE: N turns, recorded in STATE.
turns() {
    local turn plugins=()
    for ((turn = 0; turn < $1; turn++)); do plugins+=("$PWD/first.so" "$PWD/second.so"); done
    MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/names" "${plugins[@]}"
    mv "$(one "$MEMPROF_DIR"/*.state)" "$2"
    "$MEMPROF" inspect "$2" >"$2.text"
}
# count TABLE TEXT
count() {
    awk -v table="$1" '$1 == table && $3 == "of" { print $2 }' "$2"
}
turns 5 few
turns 100 many
places=$(awk '$2 ~ /^[0-9a-f]+-/ && /(first|second).so$/ { print $2 }' many.text)
is "modules at one address" 2 "$(wc -l <<<"$places")"
[[ $(sort -u <<<"$places" | wc -l) == 1 ]] || skip "this loader puts them side by side"
for table in modules nodes sites; do is $table "$(count $table few.text)" "$(count $table many.text)"; done
"$MEMPROF" collect --keep -o out.pb.gz many
dump out.pb.gz >dumped
is "calls of each" "100 100" "$(awk '/ plugin_one_work\(\)@/ { print $1 }' dumped | paste -sd ' ')"
