# SPDX-License-Identifier: Apache-2.0
# slow: 50
# From the first constructor to the last destructor, to the byte; FULL=1: more of them.
. "$SRC/tests/lib.sh"
need valgrind
. "$SRC/tests/numbers/dhat.inc"
# tried PROGRAM ARGUMENT...: the same, where it is installed.
tried() {
    if part_needs "/usr/bin/$1"; then same_totals "" "/usr/bin/$@"; fi
}
tried lua5.4 -e 'local t = {} for n = 1, 1000 do t[n] = tostring(n) end'
tried sqlite3 :memory: 'select sum(length(hex(zeroblob(100))))'
tried groff -Tascii /dev/null
tried gs -q -dNODISPLAY -dBATCH -c quit
[[ $FULL ]] || exit 0
tried python3 -c 'import json; print(json.dumps({"a": [1, 2]}))'
tried gs -q -sDEVICE=nullpage -dBATCH -dNOPAUSE -c '100 100 moveto 200 200 lineto stroke showpage'
# libhwy measures the clock until it is sure, as often as that takes; threads that take turns
# in other ways each time allocate other things.
part_needs /usr/bin/ffmpeg || exit 0
same_totals TimerResolution /usr/bin/ffmpeg -v error -threads 1 -filter_threads 1 -f lavfi \
    -i testsrc=d=0.2:s=64x64 -threads 1 -c:v mpeg4 -f null -
