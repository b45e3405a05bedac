/* SPDX-License-Identifier: Apache-2.0
 *
 * The handler is installed while there is a guard.  A fault elsewhere gets the
 * action that was there before.
 */
#include "collector/base/guard.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

static struct guard *guards; /* changed with release stores: the handler may run at any time */
static struct sigaction previous;

static void on_sigbus(int number, siginfo_t *info, void *context)
{
    (void)context;
    uintptr_t address = (uintptr_t)info->si_addr;
    for (struct guard *guard = __atomic_load_n(&guards, __ATOMIC_ACQUIRE); guard;
         guard = guard->next) {
        if (address - guard->start >= guard->bytes)
            continue;
        uintptr_t page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
        void *page = (void *)(address & ~(page_bytes - 1));
        if (mmap(page, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
                 -1, 0) != MAP_FAILED) {
            __atomic_store_n(&guard->was_hit, true, __ATOMIC_RELAXED);
            return;
        }
    }
    sigaction(number, &previous, NULL); /* the access faults again */
}

void guard_begin(struct guard *guard, const void *start, size_t bytes)
{
    *guard = (struct guard){.start = (uintptr_t)start, .bytes = bytes, .next = guards};
    if (!guards) {
        struct sigaction action = {.sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO};
        sigemptyset(&action.sa_mask);
        sigaction(SIGBUS, &action, &previous);
    }
    __atomic_store_n(&guards, guard, __ATOMIC_RELEASE);
}

void guard_end(struct guard *guard)
{
    struct guard **link = &guards;
    while (*link && *link != guard)
        link = &(*link)->next;
    if (!*link)
        return;
    __atomic_store_n(link, guard->next, __ATOMIC_RELEASE);
    if (!guards)
        sigaction(SIGBUS, &previous, NULL);
}

bool guard_was_hit(const struct guard *guard)
{
    return __atomic_load_n(&guard->was_hit, __ATOMIC_RELAXED);
}
