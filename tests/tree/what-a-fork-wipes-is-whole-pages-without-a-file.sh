# SPDX-License-Identifier: Apache-2.0
# The kernel wipes anonymous memory alone, in whole pages: the section of what is process-wide has
# no contents in the file, and begins and ends with a page.  Every compiler that is here does so,
# with and without link-time optimization.
. "$SRC/tests/lib.sh"
# of LIBRARY: type, address, size and alignment of the section.
of() {
    readelf -SW "$1" | sed -n 's/^ *\[ *[0-9]*\] process_wide *//p' | awk '{print $1, $2, $4, $NF}'
}
# right WHAT LIBRARY
right() {
    local type address bytes alignment
    read -r type address bytes alignment <<<"$(of "$2")" || true
    is "type of the section, $1" NOBITS "$type"
    is "alignment of the section, $1" 4096 "$alignment"
    ((16#$bytes > 0 && 16#$bytes % 4096 == 0 && 16#$address % 4096 == 0)) ||
        fail "$1: the section is at $address, $bytes bytes"
}
right "as built" "$SHIM"
cat >parts.c <<'END'
#include "preload/process/process_wide.h"
#include <stddef.h>
struct PROCESS_WIDE_TYPE part { int a, b; };
PROCESS_WIDE(struct part, seen);
static PROCESS_WIDE(struct part, hidden);
int plain; /* in no such section */
int *parts(size_t i) { return i ? &seen.a : plain ? &plain : &hidden.b; }
END
for compiler in gcc clang; do
    part_needs "$compiler" || continue
    for flags in -O0 -O2 '-O2 -flto'; do
        # shellcheck disable=SC2086
        "$compiler" -std=gnu11 -D_GNU_SOURCE $flags -fPIC -shared -I"$SRC" -I"$SRC/preload/arch/$(uname -m)" -o parts.so parts.c \
            "$SRC/preload/process/process_wide.c" || fail "$compiler $flags does not build"
        right "$compiler $flags" parts.so
        is "bytes of two parts" 8192 "$((16#$(of parts.so | cut -d' ' -f3)))"
    done
done
