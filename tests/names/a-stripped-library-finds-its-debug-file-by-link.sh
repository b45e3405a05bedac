# SPDX-License-Identifier: Apache-2.0
# .gnu_debuglink: beside the library, or in .debug/ below it.
. "$SRC/tests/lib.sh"
need objcopy
for place in . .debug; do
    rm -rf work && mkdir -p work/.debug
    objcopy --only-keep-debug "$TARGETS/libplugin_one.so" work/$place/plugin.debug
    objcopy --strip-all --add-gnu-debuglink=work/$place/plugin.debug "$TARGETS/libplugin_one.so" work/libplugin_one.so
    lacks <(readelf -S work/libplugin_one.so) '\.debug_info'
    MEMPROF_INTERVAL=1 MEMPROF_OUT=one.pb.gz profiled "$TARGETS/names" "$PWD/work/libplugin_one.so"
    names_as_expected one.pb.gz libplugin_one.cc
done
