/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread -fno-builtin
 *
 * signals ROUNDS [STACK]: four threads allocate while SIGPROF comes a thousand times a
 * second to whichever runs; the handler allocates, frees, and every third time leaves by
 * siglongjmp, wherever it was, at least 20 times in all.  At the end each thread allocates 5000
 * blocks in `settled`. Needs an allocator below that may be interrupted.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <ucontext.h>

enum { THREADS = 4, JUMPS_LEAST = 20 };

static _Thread_local sigjmp_buf jump;
static _Thread_local volatile sig_atomic_t may_jump;
static _Thread_local void *volatile from_handler;
static volatile int rounds, own_stack;
static atomic_int calls, jumps;

/* A jump from between the countdown's end and its repair, two instructions, costs the
 * thread its samples from then on; it is known, and not what this program is about. */
static int is_repair(const ucontext_t *context)
{
#if defined(__x86_64__)
    const unsigned char *at = (const unsigned char *)context->uc_mcontext.gregs[REG_RIP];
    /* It stands behind SUB reg, %fs:(reg), with or without a displacement, or before the ADD. */
    return (at[-4] == 0x64 && at[-2] == 0x29) || (at[-5] == 0x64 && at[-3] == 0x29) ||
           (at[0] == 0x64 && at[2] == 0x01);
#else
    return context == NULL;
#endif
}

static void handle(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    free(from_handler);
    from_handler = malloc(48);
    if (++calls % 3 == 0 && may_jump && !is_repair(context)) {
        jumps++;
        siglongjmp(jump, 1);
    }
}

__attribute__((noipa)) static void settled(void)
{
    for (int n = 0; n < 5000; n++)
        from_handler = malloc(77);
}

static void *body(void *argument)
{
    stack_t alternative = {.ss_sp = malloc(65536), .ss_size = 65536};
    if (own_stack)
        sigaltstack(&alternative, NULL);
    for (volatile int n = 0; n < rounds || jumps < JUMPS_LEAST; n++) {
        if (sigsetjmp(jump, 1) == 0) {
            may_jump = 1;
            for (int k = 0; k < 100; k++) {
                void *volatile block = malloc(20 + (size_t)k % 16);
                block = realloc(block, 50);
                free(block);
            }
        }
        may_jump = 0;
    }
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    settled();
    return argument;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    struct itimerval timer = {{0, 1000}, {0, 1000}};
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_RESTART | SA_SIGINFO};
    rounds = argc > 1 ? atoi(argv[1]) : 100;
    own_stack = argc > 2;
    if (own_stack)
        action.sa_flags |= SA_ONSTACK;
    sigaction(SIGPROF, &action, NULL);
    setitimer(ITIMER_PROF, &timer, NULL);
    for (int n = 0; n < THREADS; n++)
        if (pthread_create(&threads[n], NULL, body, NULL))
            abort();
    for (int n = 0; n < THREADS; n++)
        pthread_join(threads[n], NULL);
    timer = (struct itimerval){{0, 0}, {0, 0}};
    setitimer(ITIMER_PROF, &timer, NULL);
    fprintf(stderr, "%d %d\n", calls, jumps);
    puts("done");
    return 0;
}
