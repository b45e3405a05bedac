/* SPDX-License-Identifier: Apache-2.0
 *
 * The true activations of a program that was built with -pg -mfentry, whose functions call
 * __fentry__ before anything else.  A call is named by its CFA and the number of events and calls
 * before it; calls whose frames lie at or below the stack pointer have ended.  Prints at the end
 *
 *   truth: EQUAL DEEPER SHALLOWER
 *   truth of doubted: OTHERS DEEPER
 *
 * of frees whose owner the shim found, one call that had ended before, or one that is further out;
 * and of those of them that the shim doubts.
 */
#include "tests/truth/judge.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEPTH  65536u
#define EVENTS (1u << 24) /* of one thread; address space, and memory when it is used */

struct call {
    uintptr_t cfa;
    uintptr_t begins; /* behind the first instructions of the function */
    uint64_t born;
};
struct truth {
    uint32_t depth;
    uint64_t now;
    struct call calls[DEPTH]; /* outermost first */
    uint64_t at[EVENTS];      /* `now` at each event */
};
static __thread struct truth *truth;
static _Atomic uint64_t equal, deeper, shallower, doubted_right, doubted_deeper;

static struct truth *mine(void)
{
    if (!truth) {
        void *memory = mmap(NULL, sizeof *truth, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED)
            abort();
        truth = memory;
    }
    return truth;
}

static void end_calls(struct truth *t, uintptr_t sp)
{
    while (t->depth && t->calls[t->depth - 1].cfa <= sp)
        t->depth--;
}

/* Does the call that ends before `from` name the function whose first instructions end there? */
static bool is_call_of(const uint8_t *from, uintptr_t begins)
{
    int32_t distance;
    memcpy(&distance, from - sizeof distance, sizeof distance);
    uintptr_t called = (uintptr_t)from + (uintptr_t)(intptr_t)distance;
    return from[-5] == 0xe8 && called < begins && begins - called <= 16;
}

/* A function is entered: behind its call of __fentry__, and where it returns to.  One that is not
 * what was called there has been jumped to by that, and goes on in its place. */
void truth_enter(uintptr_t cfa, uintptr_t behind, const uint8_t *returns_to);
__attribute__((used)) void truth_enter(uintptr_t cfa, uintptr_t behind, const uint8_t *returns_to)
{
    struct truth *t = mine();
    end_calls(t, cfa - 1);
    const struct call *last = t->depth ? &t->calls[t->depth - 1] : NULL;
    if (last && last->cfa == cfa && last->begins != behind && is_call_of(returns_to, last->begins))
        return;
    end_calls(t, cfa);
    if (t->depth < DEPTH)
        t->calls[t->depth++] = (struct call){cfa, behind, ++t->now};
}

void truth_event(uint64_t event, uintptr_t sp)
{
    struct truth *t = mine();
    end_calls(t, sp);
    if (event < EVENTS)
        t->at[event] = ++t->now;
}

/* The innermost call that ran at `when` and runs, and the innermost that is known here from the
 * given one on outwards: functions of libraries are not known. */
void truth_judge(uint64_t when, uintptr_t cfa, bool doubted)
{
    struct truth *t = mine();
    uint32_t known = t->depth, right = t->depth;
    if (when >= EVENTS)
        return;
    while (right > 0 && t->calls[right - 1].born > t->at[when])
        right--;
    while (known > 0 && t->calls[known - 1].cfa < cfa)
        known--;
    if (cfa == 0)
        known = 0;
    _Atomic uint64_t *count = known == right ? &equal : known > right ? &deeper : &shallower;
    atomic_fetch_add(count, 1);
    if (doubted)
        atomic_fetch_add(known > right ? &doubted_deeper : &doubted_right, 1);
}

/* rsp is 16 below the function's CFA here, with both return addresses; all registers may hold
 * arguments. */
__asm__(".text\n"
        ".globl __fentry__\n"
        ".type __fentry__, @function\n"
        "__fentry__:\n"
        "    push %rax\n    push %rdi\n    push %rsi\n    push %rdx\n    push %rcx\n"
        "    push %r8\n    push %r9\n    push %r10\n    push %r11\n    push %rbp\n"
        "    mov %rsp, %rbp\n"
        "    lea 96(%rsp), %rdi\n" /* ten registers and two return addresses */
        "    mov 80(%rsp), %rsi\n"
        "    mov 88(%rsp), %rdx\n"
        "    and $-16, %rsp\n"
        "    call truth_enter\n"
        "    mov %rbp, %rsp\n"
        "    pop %rbp\n    pop %r11\n    pop %r10\n    pop %r9\n    pop %r8\n"
        "    pop %rcx\n    pop %rdx\n    pop %rsi\n    pop %rdi\n    pop %rax\n"
        "    ret\n"
        ".size __fentry__, .-__fentry__\n");

__attribute__((destructor)) static void print(void)
{
    fprintf(stderr, "truth: %lu %lu %lu\ntruth of doubted: %lu %lu\n", (unsigned long)equal,
            (unsigned long)deeper, (unsigned long)shallower, (unsigned long)doubted_right,
            (unsigned long)doubted_deeper);
}
