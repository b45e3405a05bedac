# SPDX-License-Identifier: Apache-2.0
# slow: 60
# Blocks and bytes in use when they were the most, as DHAT has them (At t-gmax), to the byte;
# FULL=1: more programs.
. "$SRC/tests/lib.sh"
need valgrind
. "$SRC/tests/numbers/dhat.inc"
# tried PROGRAM ARGUMENT...: the same, where it is installed.
tried() {
    if part_needs "/usr/bin/$1"; then same_peaks "/usr/bin/$@"; fi
}
same_peaks "$TARGETS/exact"
same_peaks "$TARGETS/turns"
tried lua5.4 -e 'local t = {} for n = 1, 1000 do t[n] = tostring(n) end'
tried sqlite3 :memory: 'select sum(length(hex(zeroblob(100))))'
tried groff -Tascii /dev/null
[[ $FULL ]] || exit 0
tried gs -q -dNODISPLAY -dBATCH -c quit
tried jq -n '[range(1000)] | map(. * 2) | add'
tried xmllint --noout /usr/share/xml/iso-codes/iso_639.xml
tried perl -e 'my %h; $h{$_} = "x" x $_ for 1 .. 300; delete $h{$_} for 1 .. 200; print scalar(keys %h)'
tried python3 -c 'import json; print(json.dumps({"a": [1, 2]}))'
