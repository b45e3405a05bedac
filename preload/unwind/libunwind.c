/* SPDX-License-Identifier: Apache-2.0
 *
 * libunwind behind the same interface, for comparison and for C libraries without
 * _dl_find_object.  Loaded only when asked for: as a NEEDED library it
 * would take over the target's _Unwind_* functions.
 */
#include "preload/process/dl.h"
#include "preload/process/thread.h"
#include "preload/state.h"
#include "preload/unwind/signal_return.h"
#include "preload/unwind/unwind.h"

#include <stdatomic.h>

/* libunwind(3): unw_backtrace(3), since 0.99. */
typedef int backtrace_fn(void **buffer, int size);
static _Atomic(backtrace_fn *) backtrace;

/* Some versions give return addresses, others (1.3 on x86-64; all on aarch64) addresses of the
 * calls, which are one less.  Set before `backtrace`. */
static bool gives_calls;

static int fill_in(backtrace_fn *fill, void **buffer, int room)
{
    thread.internal++;
    int found = fill(buffer, room);
    thread.internal--;
    for (int i = 0; i < found; i++)
        buffer[i] = (void *)arch_return_address((uintptr_t)buffer[i]);
    return found;
}

/* Does it find the function that called this one?  Some versions stop before at a signed return
 * address. */
static __attribute__((noinline)) bool learn(backtrace_fn *fill)
{
    void *buffer[16];
    uintptr_t here = arch_return_address((uintptr_t)__builtin_return_address(0));
    int found = fill_in(fill, buffer, sizeof buffer / sizeof *buffer);
    for (int i = 0; i < found; i++)
        if (here - (uintptr_t)buffer[i] <= 1) {
            gives_calls = (uintptr_t)buffer[i] != here;
            return true;
        }
    return false;
}

const char *unwind_libunwind_init(void)
{
    void *library = dl_open("libunwind.so.8");
    backtrace_fn *fill = NULL;
    if (library)
        *(void **)&fill = dl_symbol(library, "unw_backtrace");
    if (!fill)
        return "libunwind.so.8 cannot be loaded";
    if (!learn(fill))
        return "libunwind.so.8 does not find who called it";
    /* Threads started by other libraries' constructors may be recording already. */
    atomic_store_explicit(&backtrace, fill, memory_order_release);
    return NULL;
}

bool unwind_libunwind_loaded(void)
{
    return atomic_load_explicit(&backtrace, memory_order_acquire) != NULL;
}

uint32_t unwind_without_libunwind(void)
{
    return unwind_cfi_usable() ? STATE_UNWIND_CFI : STATE_UNWIND_FP;
}

static __attribute__((noinline, cold)) void unwind_until_loaded(struct stack *stack,
                                                                const struct unwind_start *start)
{
    if (unwind_without_libunwind() == STATE_UNWIND_CFI)
        unwind_cfi(stack, start);
    else
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
    int found = fill_in(fill, buffer, room), first = 0;
    while (first < found && (uintptr_t)buffer[first] != start->pc - gives_calls)
        first++;
    bool interrupted = false; /* a signal frame's caller did not call: its pc is its own */
    for (int i = first; i < found && stack->count < stack->depth; i++) {
        uintptr_t pc = (uintptr_t)buffer[i];
        stack->frames[stack->count++] =
            (struct frame){.pc = interrupted || gives_calls ? pc : pc - 1};
        interrupted = !gives_calls && is_signal_return(pc);
    }
    /* It does not say why it ended; a walk that left no room was cut. */
    stack->complete = stack->count > 0 && stack->count < stack->depth;
}
