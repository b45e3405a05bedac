# SPDX-License-Identifier: Apache-2.0
# A symbol without a size reaches to the next symbol, to the next function of the unwind
# tables and to the end of its section; dollars are letters; what .dynsym lets one guess gives
# way to the debug file.
. "$SRC/tests/lib.sh"
need gcc objcopy strip
cat >locals.c <<'SOURCE'
#include <stdlib.h>
void *volatile kept;
__attribute__((cold, noinline)) static void cold_one(void) { kept = malloc(100001); }
__attribute__((noinline)) static void plain_one(void) { kept = malloc(100002); }
int main(void) { cold_one(); plain_one(); return 0; }
SOURCE
gcc -O2 -Wl,-x locals.c -o locals # _init, _fini and _start are what is left
MEMPROF_INTERVAL=1 profiled ./locals
dump "$(profile_of locals)" >dumped
has dumped '^1 10000[12] .* locals\+0x[0-9a-f]+@[^ ]* (main|locals\+0x[0-9a-f]+)@'
lacks dumped ' (_init|_fini|_start|frame_dummy|register_tm_clones)@.* main@'

cat >asm.S <<'SOURCE'
    .text
    .macro calls name, linkage
    .\linkage \name
    .type \name,@function
\name: .cfi_startproc
    subq $8,%rsp
    .cfi_adjust_cfa_offset 8
    call malloc@PLT
    addq $8,%rsp
    .cfi_adjust_cfa_offset -8
    ret
    .cfi_endproc
    .endm
    calls asm_public globl
    calls asm_local local
    .globl asm_table
    .type asm_table,@object
asm_table: .quad 1
after_the_table: .cfi_startproc
    subq $8,%rsp
    .cfi_adjust_cfa_offset 8
    call malloc@PLT
    addq $8,%rsp
    .cfi_adjust_cfa_offset -8
    ret
    .cfi_endproc
    .globl asm_both
asm_both: .cfi_startproc
    subq $8,%rsp
    .cfi_adjust_cfa_offset 8
    movq $100003,%rdi
    call asm_local
    movq $100004,%rdi
    call after_the_table
    addq $8,%rsp
    .cfi_adjust_cfa_offset -8
    ret
    .cfi_endproc
    .section .note.GNU-stack,"",@progbits
SOURCE
cat >main.c <<'SOURCE'
#include <stdlib.h>
void *asm_public(size_t), asm_both(void);
__attribute__((noinline)) void *DOLLAR(size_t n) { void *volatile p = malloc(n); return p; }
int main(void) { asm_public(100005); asm_both(); DOLLAR(100006); return 0; }
SOURCE
gcc -shared -fPIC -Wl,-Bsymbolic asm.S -o libasm.so
objcopy --strip-symbol=after_the_table libasm.so
gcc -O1 main.c -L. -lasm -Wl,-rpath,. -o main
objcopy --redefine-sym 'DOLLAR=$s4demo5makerySpyypGSiF' main
objcopy --only-keep-debug libasm.so libasm.debug
strip libasm.so && objcopy --add-gnu-debuglink=libasm.debug libasm.so
MEMPROF_INTERVAL=1 profiled ./main
dump "$(profile_of main)" >dumped
has dumped '^1 100003 .* asm_local@[^ ]* asm_both@'
has dumped '^1 100004 .* libasm.so\+0x[0-9a-f]+@[^ ]* asm_both@'
has dumped '^1 100005 .* asm_public@'
has dumped '^1 100006 .* \$s4demo5makerySpyypGSiF@'
