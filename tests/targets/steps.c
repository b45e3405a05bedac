/* SPDX-License-Identifier: Apache-2.0
 * build: -fno-builtin -Wno-pedantic
 * machine: x86_64
 *
 * steps EVERY: single-steps its own allocations; the SIGTRAP handler allocates, and frees
 * what it allocated before, at every EVERY-th instruction, so that one is interrupted at
 * each.  With a second argument the handler has a stack of its own.  Says how often it
 * was called; `afterwards` allocates 5000 times 100 bytes.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sees.h"

enum { ROUNDS = 12 };

static volatile long handled, every;
static void *volatile last;

__attribute__((noipa)) static void handler(int number)
{
    static volatile long steps;
    (void)number;
    if (steps++ % every)
        return;
    free(last);
    last = malloc(24);
    handled++;
}

__attribute__((noipa)) static void interrupted(int n)
{
    void *volatile block = malloc(100);
    void *volatile cleared = calloc(3, 50);
    if (n % 2) {
        free(block);
        free(cleared);
    } else {
        free(realloc(block, 300 + (size_t)n));
    }
}

__attribute__((noipa)) static void afterwards(void)
{
    for (int n = 0; n < 5000; n++)
        last = malloc(100);
}

static void step(int on)
{
    if (on)
        __asm__ volatile("pushfq\norq $0x100, (%%rsp)\npopfq" ::: "memory", "cc");
    else
        __asm__ volatile("pushfq\nandq $~0x100, (%%rsp)\npopfq" ::: "memory", "cc");
}

int main(int argc, char **argv)
{
    stack_t alternative = {.ss_sp = malloc(65536), .ss_size = 65536};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_NODEFER};
    int on_alternative = argc > 2;
    every = argc > 1 ? atol(argv[1]) : 1;
    if (on_alternative) {
        sigaltstack(&alternative, NULL);
        action.sa_flags |= SA_ONSTACK;
    }
    sigaction(SIGTRAP, &action, NULL);
    interrupted(1);
    for (int n = 0; n < ROUNDS; n++) {
        step(1);
        interrupted(n);
        step(0);
    }
    signal(SIGTRAP, SIG_DFL);
    afterwards();
    fprintf(stderr, "%ld handled\n", handled);
    sees();
    return 0;
}
