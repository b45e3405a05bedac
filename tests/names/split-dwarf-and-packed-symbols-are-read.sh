# SPDX-License-Identifier: Apache-2.0
# Inlined calls and lines from .dwo files; the symbols of a stripped program from its
# .gnu_debugdata.
. "$SRC/tests/lib.sh"
need gcc objcopy
cat >split.c <<'SOURCE'
#include <stdlib.h>
void *volatile kept;
static inline __attribute__((always_inline)) void inlined(void) { kept = malloc(100000); }
static __attribute__((noinline)) void hidden(void)
{
    inlined();
    __asm__ volatile("");
}
int main(void) { hidden(); return kept == NULL; }
SOURCE
gcc -g -gsplit-dwarf -O1 split.c -o split
MEMPROF_INTERVAL=1 profiled ./split
dump "$(profile_of split)" >dumped
has dumped 'inlined@.*split.c:3.*hidden@.*split.c:6'
command -v xz >/dev/null || { echo "skipped: packed symbols (no xz)"; exit 0; }
gcc -O1 split.c -o whole
objcopy --strip-debug whole table && xz <table >table.xz
objcopy --strip-all --add-section .gnu_debugdata=table.xz whole packed
MEMPROF_INTERVAL=1 profiled ./packed
dump "$(profile_of packed)" >dumped
has dumped 'hidden@'
