# SPDX-License-Identifier: Apache-2.0
# gcc -fsplit-stack: a stack of pieces that lie anywhere.  The program runs the same, all is
# counted at its innermost frame, and what cannot be followed ends in [truncated].
. "$SRC/tests/lib.sh"
need gcc
cat >split.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int objects;
static __attribute__((noinline)) void *leaf(void)
{
    objects++;
    return malloc(100);
}
static __attribute__((noinline)) int grow(int depth)
{
    char big[5000];
    memset(big, depth, sizeof big);
    void *volatile block = leaf();
    int below = depth ? grow(depth - 1) : 0;
    free(block);
    return below + big[depth];
}
int main(void)
{
    for (int n = 0; n < 20; n++)
        printf("%d\n", grow(100));
    printf("%d objects\n", objects);
}
C
gcc -g -O1 -fsplit-stack split.c -o split 2>/dev/null || skip "this gcc cannot split stacks"
for unwind in cfi fp; do
    MEMPROF_UNWIND=$unwind same_with_and_without ./split
    MEMPROF_UNWIND=$unwind MEMPROF_INTERVAL=1 MEMPROF_OUT=$unwind.pb.gz profiled ./split >out
    valid $unwind.pb.gz
    is "counted by $unwind" "2020 202000 0 0" "$(counted $unwind.pb.gz leaf)"
done
dump cfi.pb.gz >dumped
every dumped ' leaf@' ' ([[]truncated]|_start)@[^ ]*$'
every dumped ' leaf@' ' leaf@[^ ]* grow@'
