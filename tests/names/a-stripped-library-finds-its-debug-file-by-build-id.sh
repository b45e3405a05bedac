# SPDX-License-Identifier: Apache-2.0
# /usr/lib/debug/.build-id/XX/YYYY.debug, which the packages of debug symbols use.
. "$SRC/tests/lib.sh"
need objcopy
id=$(readelf -n "$TARGETS/libplugin_one.so" | sed -n 's/.*Build ID: //p')
place=/usr/lib/debug/.build-id/${id:0:2}
mkdir -p "$place" 2>/dev/null && [[ -w $place ]] || skip "only root can put a file into $place"
trap 'rm -f "$place/${id:2}.debug"; rmdir -p "$place" 2>/dev/null || true' EXIT
objcopy --only-keep-debug "$TARGETS/libplugin_one.so" "$place/${id:2}.debug"
objcopy --strip-all "$TARGETS/libplugin_one.so" libplugin_one.so
MEMPROF_INTERVAL=1 profiled "$TARGETS/names" "$PWD/libplugin_one.so"
names_as_expected "$(profile_of names)" libplugin_one.cc
