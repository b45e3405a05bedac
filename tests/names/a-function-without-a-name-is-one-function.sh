# SPDX-License-Identifier: Apache-2.0
# All addresses in a function of a stripped library have one name, the function's start as the
# unwind tables have it; the addresses themselves are still told.
. "$SRC/tests/lib.sh"
need gcc readelf
cat >lib.c <<'SOURCE'
#include <stdlib.h>
void *volatile kept[9];
__attribute__((noinline)) static void many(int n)
{
    kept[0] = malloc(100000 + n);
    kept[1] = malloc(200000 + n);
    kept[2] = malloc(300000 + n);
}
__attribute__((noinline)) static void other(void) { kept[3] = malloc(400000); }
void entry(void) { many(1); other(); }
SOURCE
echo 'void entry(void); int main(void) { entry(); return 0; }' >main.c
gcc -O1 -shared -fPIC lib.c -o libplain.so && many=$(nm libplain.so | sed -n 's/^0*\([0-9a-f]*\) t many$/\1/p')
strip libplain.so
gcc main.c -L. -lplain -Wl,-rpath,. -o main
MEMPROF_INTERVAL=1 profiled ./main
dump "$(profile_of main)" >dumped
for size in 100001 200001 300001; do
    has dumped "^1 $size .* libplain.so\+0x$many@[^ ]* entry@"
done
lacks dumped "^1 400000 .* libplain.so\+0x$many@"
pprof -top -sample_index=alloc_space "$(profile_of main)" >top
is 'rows of many' 1 "$(grep -c "libplain.so+0x$many" top)"
pprof -top -addresses -sample_index=alloc_space "$(profile_of main)" >top
is 'addresses of many' 3 "$(grep -c "libplain.so+0x$many" top)"
"$MEMPROF" top --by=address --no-header -s alloc_space "$(profile_of main)" >top
is 'addresses of many, by top' 3 "$(grep -c "libplain.so+0x$many" top)"
"$MEMPROF" top --list="0x$many" --no-header -s alloc_space "$(profile_of main)" >top
is 'addresses of many, listed' 3 "$(grep -cE '^ *[0-9.]+kB +[0-9.]+kB 0x[0-9a-f]+$' top)"
