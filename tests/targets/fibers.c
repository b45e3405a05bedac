/* SPDX-License-Identifier: Apache-2.0
 * build: -O1 -fno-optimize-sibling-calls -pthread -Wno-unused-result
 *
 * Allocates on stacks that are made, left, taken along and unmapped, and on stacks deeper
 * than a walk goes: `fibers NAME` plays one part, `fibers` all.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "sees.h"

enum { MANY = 2000, PAGE = 4096 };

struct fiber {
    ucontext_t here;
    void (*body)(void);
    bool over;
};
/* For each thread: a fiber that is taken along returns to whoever resumed it. */
static __thread ucontext_t back;
static __thread struct fiber *running;
static __attribute__((noipa)) ucontext_t *where_back(void)
{
    return &back;
}
static __attribute__((noipa)) struct fiber *who_runs(void)
{
    return running;
}

__attribute__((noipa)) static void leaf(void)
{
    void *volatile block = malloc(100);
    free(block);
}
__attribute__((noipa)) static void other_leaf(void)
{
    void *volatile block = malloc(10);
    free(block);
}
/* Recursions of two kinds, with frames of two sizes. */
__attribute__((noipa)) static int small(int depth, void (*call)(void));
__attribute__((noipa)) static int large(int depth, void (*call)(void))
{
    char room[600];
    memset(room, depth, sizeof room);
    int below = depth > 0 ? small(depth - 1, call) : (call(), 0);
    return below + room[depth % 600];
}
__attribute__((noipa)) static int small(int depth, void (*call)(void))
{
    return 1 + (depth > 0 && depth % 7 == 0 ? large(depth - 1, call)
                : depth > 0                 ? small(depth - 1, call)
                                            : (call(), 0));
}

static void yield(void)
{
    struct fiber *me = who_runs();
    swapcontext(&me->here, where_back());
}
static void resume(struct fiber *fiber)
{
    running = fiber;
    swapcontext(&back, &fiber->here);
}
static void enter(unsigned high, unsigned low)
{
    struct fiber *me = (struct fiber *)((uintptr_t)high << 32 | low);
    me->body();
    me->over = true;
    yield();
}
static void make(struct fiber *fiber, void *stack, size_t bytes, void (*body)(void))
{
    getcontext(&fiber->here);
    fiber->here.uc_stack.ss_sp = stack;
    fiber->here.uc_stack.ss_size = bytes;
    fiber->body = body;
    fiber->over = false;
    makecontext(&fiber->here, (void (*)(void))enter, 2, (unsigned)((uintptr_t)fiber >> 32),
                (unsigned)(uintptr_t)fiber);
}
static void *map(void *at, size_t bytes)
{
    return mmap(at, bytes, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED : 0), -1, 0);
}

/* --- many in turn, on mapped and on allocated stacks --- */

static void some(void)
{
    leaf();
    yield();
    leaf();
    other_leaf();
    yield();
    leaf();
}
static void deep_some(void)
{
    small(30, some);
}
static void many(void)
{
    struct fiber *all = calloc(MANY, sizeof *all);
    char *stacks = map(NULL, (size_t)MANY * 4 * PAGE);
    for (int n = 0; n < MANY; n++)
        make(&all[n], n % 2 ? stacks + (size_t)n * 4 * PAGE : malloc(4 * PAGE), 4 * PAGE,
             n % 3 ? deep_some : some);
    for (int left = MANY; left > 0;)
        for (int n = 0; n < MANY; n++)
            if (!all[n].over) {
                resume(&all[n]);
                left -= all[n].over;
            }
}

/* --- a stack is unmapped, and a smaller one comes to lie there, next to nothing --- */

static void repeat_leaf(void)
{
    for (int n = 0; n < 20; n++)
        leaf();
}
static void far_down(void)
{
    small(100, repeat_leaf);
}
static void near_top(void)
{
    small(8, repeat_leaf);
}
static void replaced(void)
{
    enum { BYTES = 64 * PAGE };
    char *place = mmap(NULL, 3 * BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct fiber fiber;
    for (int n = 0; n < 30; n++) {
        size_t bytes = n % 2 ? 4 * PAGE : BYTES; /* shares its lowest address, or its end */
        char *stack = place + BYTES + (n % 4 == 3 ? BYTES - bytes : 0);
        map(stack, bytes);
        make(&fiber, stack, bytes, bytes == BYTES ? far_down : near_top);
        resume(&fiber);
        if (n % 3)
            munmap(stack, bytes);
        mmap(place, 3 * BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    }
}

/* --- entered by a jump at the very end of its stack: nobody wrote a return address --- */

#if defined(__x86_64__)
__attribute__((used)) static uintptr_t left_sp;
__attribute__((noipa, used)) static void jumped(void)
{
    repeat_leaf();
}
void jump_to_end(void *end);
void jump_back(void);
__asm__(".text\n"
        ".type jump_to_end,@function\n"
        "jump_to_end:\n.cfi_startproc\n"
        "push %rbx\npush %rbp\npush %r12\npush %r13\npush %r14\npush %r15\n"
        "mov %rsp, left_sp(%rip)\nmov %rdi, %rsp\njmp at_end\n.cfi_endproc\n"
        /* Its CFI wants a return address where the next mapping begins. */
        "at_end:\n.cfi_startproc\n.cfi_def_cfa_offset 8\n"
        "sub $16, %rsp\n.cfi_def_cfa_offset 24\ncall jumped\n"
        "mov left_sp(%rip), %rsp\n"
        "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbp\npop %rbx\nret\n.cfi_endproc\n"
        ".size jump_to_end, .-jump_to_end\n");
static void edge(void)
{
    char *stack = map(NULL, 16 * PAGE);
    for (int n = 0; n < 6; n++) { /* the neighbour is there, with true return addresses; or not */
        uintptr_t *next = map(stack + 8 * PAGE, 8 * PAGE);
        for (int i = 0; i < 64; i++)
            next[i] = (uintptr_t)__builtin_extract_return_addr(__builtin_return_address(0));
        jump_to_end(stack + 8 * PAGE);
        munmap(stack + 8 * PAGE, 8 * PAGE);
        jump_to_end(stack + 8 * PAGE);
    }
}
#else
static void edge(void)
{
}
#endif

/* --- taken along by another thread --- */

static struct fiber traveller;
static void *resume_traveller(void *unused)
{
    resume(&traveller);
    return unused;
}
static void in_thread(void *(*body)(void *), size_t stack_bytes)
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (stack_bytes)
        pthread_attr_setstacksize(&attributes, stack_bytes);
    if (pthread_create(&thread, &attributes, body, NULL) == 0)
        pthread_join(thread, NULL);
}
static void travel(void)
{
    for (int n = 0; n < 20; n++) {
        leaf();
        yield();
        other_leaf();
    }
}
static void deep_travel(void)
{
    small(60, travel);
}
static void travels(void)
{
    make(&traveller, map(NULL, 64 * PAGE), 64 * PAGE, deep_travel);
    while (!traveller.over) {
        resume(&traveller);
        if (!traveller.over)
            in_thread(resume_traveller, 0);
    }
}

/* --- the thread's first allocation is on a fiber; then on its own small stack --- */

static void *first_on_fiber(void *unused)
{
    static char stack[64 * PAGE] __attribute__((aligned(PAGE)));
    struct fiber fiber;
    make(&fiber, stack, sizeof stack, far_down);
    resume(&fiber);
    small(12, repeat_leaf);
    make(&fiber, map(NULL, 64 * PAGE), 64 * PAGE, far_down);
    resume(&fiber);
    return unused;
}
static void first(void)
{
    in_thread(first_on_fiber, 0);
    in_thread(first_on_fiber, 64 * 1024);
}

/* --- a handler on a stack of its own, which interrupts a fiber and a deep recursion --- */

static void on_signal(int number)
{
    (void)number;
    repeat_leaf();
}
static void interrupt(void)
{
    for (int n = 0; n < 5; n++)
        raise(SIGUSR1);
}
static void interrupted(void)
{
    small(40, interrupt);
}
static void signals(void)
{
    stack_t alternative = {.ss_sp = map(NULL, 16 * PAGE), .ss_size = 16 * PAGE};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    struct fiber fiber;
    sigaltstack(&alternative, NULL);
    sigaction(SIGUSR1, &action, NULL);
    interrupted();
    make(&fiber, map(NULL, 64 * PAGE), 64 * PAGE, interrupted);
    resume(&fiber);
}

/* --- deeper than a walk goes, down and up again, on the own stack and on a fiber --- */

__attribute__((noipa)) static int swing(int depth, int turns)
{
    leaf();
    int below = 0;
    for (int n = 0; n < (depth == turns ? 3 : 1) && depth > 0; n++)
        below += swing(depth - 1, turns);
    other_leaf();
    return below + 1;
}
static void deep_swing(void)
{
    swing(150, 60); /* 90 frames once, then three times 60 more */
    small(500, repeat_leaf);
    small(499, repeat_leaf);
}
static jmp_buf out;
static void leave(void)
{
    leaf();
    longjmp(out, 1);
}
static void deep(void)
{
    struct fiber fiber;
    deep_swing();
    for (volatile int n = 0; n < 5; n++)
        if (setjmp(out) == 0)
            small(90 + n * 30, leave);
    make(&fiber, map(NULL, 256 * PAGE), 256 * PAGE, deep_swing);
    resume(&fiber);
}
__attribute__((noipa)) static int tiny(int depth)
{
    if (depth > 0)
        return 1 + tiny(depth - 1);
    repeat_leaf();
    return 0;
}
static void deepest(void)
{
    tiny(100000);
}

static const struct part {
    const char *name;
    void (*play)(void);
} parts[] = {{"many", many},   {"replaced", replaced}, {"edge", edge}, {"travels", travels},
             {"first", first}, {"signals", signals},   {"deep", deep}, {"deepest", deepest}};

int main(int argc, char **argv)
{
    for (size_t n = 0; n < sizeof parts / sizeof *parts; n++)
        if (argc < 2 || strcmp(argv[1], parts[n].name) == 0)
            parts[n].play();
    sees();
    return 3;
}
