# SPDX-License-Identifier: Apache-2.0
# The program first; a closed plugin too; a program that was deleted without "(deleted)".
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
is "first mapping" "$PWD/prog $(build_id prog)" "$(head -n 1 mappings | cut -d' ' -f5-)"
has mappings " $PWD/plugin.so $(build_id "$TARGETS/libplugin_one.so")$"
libc=$(ldd prog | awk '/libc.so.6/ { print $3 }')
has mappings "/libc.so.6 $(build_id "$libc")$"
lacks mappings deleted
