# SPDX-License-Identifier: Apache-2.0
# A library that the shim needs would come early in the target's scope and change it.  And a
# version of a symbol that the loader's libc has not is refused, even if the reference is weak.
. "$SRC/tests/lib.sh"
is NEEDED libc.so.6 "$(readelf -d "$SHIM" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | paste -sd ' ')"
readelf -Wd "$SHIM" >dynamic
lacks dynamic 'RPATH|RUNPATH|TEXTREL|INITFIRST'
readelf -WV "$SHIM" | sed -n '/needs section/,$p' | grep -oE 'GLIBC_[A-Z0-9._]+' | sort -uV >versions
has versions '^GLIBC_2\.'
# Who asks for packed relocations wants them of a younger loader.
[[ ${LDFLAGS:-} != *pack-relative-relocs* ]] || sed -i /^GLIBC_ABI_DT_RELR$/d versions
lacks versions PRIVATE
newest=$(printf '%s\n' GLIBC_2.31 $(cat versions) | sort -V | tail -n 1)
is "the newest symbol version, or 2.31, which is Debian 11's" GLIBC_2.31 "$newest"
