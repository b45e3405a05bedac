# SPDX-License-Identifier: Apache-2.0
# The program first; each mapping has the pages of its segment and their place in the file; a closed plugin too; a program that was deleted without "(deleted)".
. "$SRC/tests/lib.sh"
cp "$TARGETS/names" prog
cp "$TARGETS/libplugin_one.so" plugin.so
MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1 profiled ./prog "$PWD/plugin.so"
rm plugin.so
MEMPROF_INTERVAL=1 "$MEMPROF" collect -o out.pb.gz "$(one $(states))" >/dev/null 2>&1
valid out.pb.gz
meta out.pb.gz | grep '^mapping' >mappings
build_id() {
    readelf -n "$1" | sed -n 's/.*Build ID: //p'
}
# extent FILE: size and offset, in pages, of the segment that is code.
extent() {
    local offset address bytes
    read -r offset address bytes < <(readelf -lW "$1" | awk '$1 == "LOAD" && / R E / && !n++ { print $2, $3, $6 }')
    echo "$(((address % 4096 + bytes + 4095) / 4096)) $((offset / 4096))"
}
# mapped NAME: the same of the mapping whose file has that in its name.
mapped() {
    local start limit offset
    read -r start limit offset < <(awk -v name="$1" 'index($5, name) { print $2, $3, $4; exit }' mappings)
    echo "$(((limit - start) / 4096)) $((offset / 4096))"
}
for file in "$PWD/prog" "$PWD/plugin.so" "$(ldd prog | awk '/libc.so.6/ { print $3 }')"; do
    on_disk=$file
    [[ $file != */plugin.so ]] || on_disk=$TARGETS/libplugin_one.so
    is "pages and offset of $file" "$(extent "$on_disk")" "$(mapped "${file##*/}")"
done
is "first mapping" "$PWD/prog $(build_id prog)" "$(head -n 1 mappings | cut -d' ' -f5-)"
has mappings " $PWD/plugin.so $(build_id "$TARGETS/libplugin_one.so")$"
libc=$(ldd prog | awk '/libc.so.6/ { print $3 }')
has mappings "/libc.so.6 $(build_id "$libc")$"
lacks mappings deleted
