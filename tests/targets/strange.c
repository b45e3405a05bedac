/* SPDX-License-Identifier: Apache-2.0
 * build: -O2 -Wno-unused-but-set-variable -fomit-frame-pointer
 * machine: x86_64
 *
 * Allocates, 20 times each, from where stacks are hard to follow: assembly without unwind
 * information or with wrong one, generated code, fibers whose stack ends at an unmapped
 * page, a signal handler on its own stack, handlers and calls left by longjmp.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "sees.h"

#define ROUNDS 20

/* Calls through the pointer it is given, with a frame that nothing describes, or that
 * its CFI describes wrongly: too small, into the guard, far above every stack. */
#define ASSEMBLY(name, before, after)                                                              \
    __asm__(".text\n.type " #name ",@function\n" #name ":\n" before                                \
            "push %rbp\nsub $48, %rsp\nmov $0x123457, %ebp\ncall *%rdi\n"                          \
            "add $48, %rsp\npop %rbp\nret\n" after ".size " #name ", .-" #name "\n");              \
    void name(void (*call)(void))
ASSEMBLY(no_cfi, "", "");
ASSEMBLY(cfa_too_low, ".cfi_startproc\n.cfi_def_cfa rsp, 8\n", ".cfi_endproc\n");
ASSEMBLY(cfa_far_up, ".cfi_startproc\n.cfi_def_cfa rsp, 0x7ffffff0\n", ".cfi_endproc\n");
ASSEMBLY(cfa_by_rbp, ".cfi_startproc\n.cfi_def_cfa rbp, 16\n", ".cfi_endproc\n");
ASSEMBLY(cfa_expression, ".cfi_startproc\n.cfi_escape 0x0f,0x03,0x77,0x00,0x06\n",
         ".cfi_endproc\n");
ASSEMBLY(cfi_nonsense, ".cfi_startproc\n.cfi_escape 0x0c,0x63,0x10\n", ".cfi_endproc\n");

static void *volatile keep;

#define LEAF(name)                                                                                 \
    static __attribute__((noipa)) void name(void)                                                  \
    {                                                                                              \
        void *volatile freed = malloc(100);                                                        \
        keep = malloc(10);                                                                         \
        free(freed);                                                                               \
    }
LEAF(below_no_cfi)
LEAF(below_low)
LEAF(below_far)
LEAF(below_rbp)
LEAF(below_expression)
LEAF(below_nonsense)
LEAF(below_generated)
LEAF(in_fiber)
LEAF(on_altstack)
LEAF(before_longjmp)
LEAF(in_left_handler)

static void generated(void)
{
    unsigned char code[] = {0x48, 0x83, 0xec, 0x28, /* sub $40, %rsp; call *%rdi; add; ret */
                            0xff, 0xd7, 0x48, 0x83, 0xc4, 0x28, 0xc3};
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(page, code, sizeof code);
    mprotect(page, 4096, PROT_READ | PROT_EXEC);
    for (int n = 0; n < ROUNDS; n++)
        ((void (*)(void (*)(void)))page)(below_generated);
    munmap(page, 4096);
}

static ucontext_t main_context, fibers[2];

static void fiber(int me)
{
    for (int n = 0; n < ROUNDS / 2; n++) {
        in_fiber();
        swapcontext(&fibers[me], &fibers[!me]);
    }
    setcontext(&main_context);
}

static void run_fibers(void)
{
    volatile int back = 0;
    for (int me = 0; me < 2; me++) {
        char *stack = mmap(NULL, 4 * 16384, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        mprotect(stack + 16384, 16384, PROT_READ | PROT_WRITE); /* guards on both sides */
        getcontext(&fibers[me]);
        fibers[me].uc_stack.ss_sp = stack + 16384;
        fibers[me].uc_stack.ss_size = 16384;
        makecontext(&fibers[me], (void (*)(void))fiber, 1, me);
    }
    getcontext(&main_context);
    if (!back++)
        setcontext(&fibers[0]);
}

static sigjmp_buf jump;

static void handle(int number)
{
    if (number == SIGUSR1) {
        on_altstack();
        return;
    }
    in_left_handler();
    siglongjmp(jump, 1);
}

static void run_signals(void)
{
    stack_t alternative = {.ss_sp = malloc(65536), .ss_size = 65536};
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
    sigaltstack(&alternative, NULL);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    for (volatile int n = 0; n < ROUNDS; n++) {
        raise(SIGUSR1);
        if (sigsetjmp(jump, 1) == 0)
            raise(SIGUSR2);
        if (sigsetjmp(jump, 1) == 0) {
            before_longjmp();
            siglongjmp(jump, 1);
        }
    }
}

int main(void)
{
    for (int n = 0; n < ROUNDS; n++) {
        no_cfi(below_no_cfi);
        cfa_too_low(below_low);
        cfa_far_up(below_far);
        cfa_by_rbp(below_rbp);
        cfa_expression(below_expression);
        cfi_nonsense(below_nonsense);
    }
    generated();
    run_fibers();
    run_signals();
    sees();
}
