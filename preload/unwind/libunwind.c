/* SPDX-License-Identifier: Apache-2.0
 *
 * libunwind behind the same interface, for comparison and for machines that the
 * cfi unwinder does not know.  Loaded only when asked for: as a NEEDED library it
 * would take over the target's _Unwind_* functions.
 */
#include "preload/process/dl.h"
#include "preload/process/module_extent.h"
#include "preload/process/thread.h"
#include "preload/state.h"
#include "preload/unwind/unwind.h"

#include <stdatomic.h>
#include <string.h>

/* libunwind(3): unw_backtrace(3), since 0.99. */
typedef int backtrace_fn(void **buffer, int size);
static _Atomic(backtrace_fn *) backtrace;

bool unwind_libunwind_init(void)
{
    void *library = dl_open("libunwind.so.8");
    backtrace_fn *found = NULL;
    if (library)
        *(void **)&found = dl_symbol(library, "unw_backtrace");
    /* Threads started by other libraries' constructors may be recording already. */
    atomic_store_explicit(&backtrace, found, memory_order_release);
    return found != NULL;
}

bool unwind_libunwind_loaded(void)
{
    return atomic_load_explicit(&backtrace, memory_order_acquire) != NULL;
}

uint32_t unwind_without_libunwind(void)
{
#if defined(__x86_64__)
    if (unwind_cfi_usable())
        return STATE_UNWIND_CFI;
#endif
    return STATE_UNWIND_FP;
}

/* What the kernel has signal handlers return to: mov $__NR_rt_sigreturn; syscall. */
#if defined(__x86_64__)
#define SIGNAL_RETURN "\x48\xc7\xc0\x0f\0\0\0\x0f\x05"
#elif defined(__aarch64__)
#define SIGNAL_RETURN "\x68\x11\x80\xd2\x01\0\0\xd4"
#else
#define SIGNAL_RETURN "" /* unknown: a signal frame's pc is then a byte off */
#endif

static bool is_signal_return(uintptr_t pc)
{
    size_t bytes = sizeof SIGNAL_RETURN - 1;
    struct module_extent extent;
    return bytes && module_extent_find(pc, &extent) &&
           module_extent_readable_to(&extent, pc + bytes - 1) != 0 &&
           memcmp((const void *)pc, SIGNAL_RETURN, bytes) == 0;
}

static __attribute__((noinline, cold)) void unwind_until_loaded(struct stack *stack,
                                                                const struct unwind_start *start)
{
#if defined(__x86_64__)
    if (unwind_without_libunwind() == STATE_UNWIND_CFI) {
        unwind_cfi(stack, start);
        return;
    }
#endif
    unwind_fp(stack, start);
}

void unwind_libunwind(struct stack *stack, const struct unwind_start *start)
{
    backtrace_fn *fill = atomic_load_explicit(&backtrace, memory_order_acquire);
    if (!fill) {
        unwind_until_loaded(stack, start);
        return;
    }
    /* `last_walk` serves as the buffer of addresses: this unwinder remembers no stacks. */
    void **buffer = (void **)stack->last_walk;
    int room = (int)(stack->depth * (sizeof(struct known_frame) / sizeof(void *)));
    stack->count = 0;
    stack->join = 0;
    stack->known = 0;
    stack->complete = false;
    stack->open = false;
    stack->reusable = false;
    thread.internal++;
    int found = fill(buffer, room);
    thread.internal--;
    int first = 0;
    while (first < found && (uintptr_t)buffer[first] != start->pc &&
           (uintptr_t)buffer[first] != start->pc - 1)
        first++;
    /* Some of its versions (1.3; those for aarch64) give a caller's pc less 1 already.  Which this
     * is shows in how it gives a pc that is known. */
    bool is_less_1 = first < found && (uintptr_t)buffer[first] != start->pc;
    bool interrupted = false; /* a signal frame's caller did not call: its pc is its own */
    for (int i = first; i < found && stack->count < stack->depth; i++) {
        uintptr_t pc = (uintptr_t)buffer[i];
        stack->frames[stack->count++] =
            (struct frame){.pc = interrupted || is_less_1 ? pc : pc - 1};
        interrupted = is_signal_return(pc);
    }
    /* It does not say why it ended; a walk that left no room was cut. */
    stack->complete = stack->count > 0 && stack->count < stack->depth;
}
