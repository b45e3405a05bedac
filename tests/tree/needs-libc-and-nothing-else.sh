# SPDX-License-Identifier: Apache-2.0
# A library that the shim needs would come early in the target's scope and change it.
. "$SRC/tests/lib.sh"
is NEEDED libc.so.6 "$(readelf -d "$SHIM" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | paste -sd ' ')"
readelf -Wd "$SHIM" >dynamic
lacks dynamic 'RPATH|RUNPATH|TEXTREL|INITFIRST'
# Nothing newer than what Debian 12 has, and _dl_find_object (2.35) only weakly.
readelf -W --dyn-syms "$SHIM" | awk '$7 == "UND" && /GLIBC_2\.3[5-9]/ && $5 != "WEAK"' >new
[[ ! -s new ]] || fail "needs a new glibc: $(cat new)"
