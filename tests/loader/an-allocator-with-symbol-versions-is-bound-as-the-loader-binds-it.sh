# SPDX-License-Identifier: Apache-2.0
# libc_malloc_debug.so's malloc is not the default of its name; one of a version that nobody
# asks for is passed over, one of libc's version and one without are not.
. "$SRC/tests/lib.sh"
need objdump
cat >main.c <<'C'
#include <mcheck.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
    mtrace();
    char *volatile block = malloc(100);
    block = realloc(block, 5000);
    free(block);
    block = malloc(20);
    block[20] = block[21] = argc > 1 ? 7 : block[20];
    free(block);
    muntrace();
    return argv[0] ? 5 : 6;
}
C
gcc -w -O0 main.c -o main
if debug=$(gcc -print-file-name=libc_malloc_debug.so.0) && [[ $debug == /* ]]; then
    for shim in "" "$SHIM"; do
        rm -f trace memprof.*
        is "status with '$shim'" 5 "$(MALLOC_TRACE=$PWD/trace MEMPROF_INTERVAL=1 LD_PRELOAD="$shim $debug" status_of ./main)"
        is "lines traced with '$shim'" 8 "$(wc -l <trace)"
        is "corrupted with '$shim'" 134 "$(MALLOC_CHECK_=3 LD_PRELOAD="$shim $debug" status_of ./main corrupt)"
    done
    is "blocks of main" "3 5120 3 5120" "$(counted "$(profile_of main)" main | awk '{ print $1, $2, $1, $2 }')"
    rm -f $(states) # of the one that was aborted
else
    echo "skipped: libc_malloc_debug.so.0 is not installed"
fi

cat >heap.c <<'C'
#include <stddef.h>
#include <unistd.h>
void *__libc_malloc(size_t);
void *malloc(size_t size)
{
    static int said;
    if (!said++)
        write(1, "the library's\n", 14);
    return __libc_malloc(size);
}
C
libc=$(objdump -T "$(gcc -print-file-name=libc.so.6)" | sed -n 's/.*[ (]\(GLIBC_[0-9.]*\)[ )]* malloc$/\1/p' | tail -n 1)
for version in "" "$libc" OTHER_1.0; do
    echo "$version { global: malloc; local: *; };" >map
    gcc -w -shared -fPIC -O1 -fno-builtin heap.c -o libheap.so -Wl,--version-script=map
    BELOW=$PWD/libheap.so AT=1 same_with_and_without ./main
    [[ $version == OTHER_1.0 ]] || has out "^the library's$"
done
