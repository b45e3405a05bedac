/* SPDX-License-Identifier: Apache-2.0
 *
 * libunwind behind the same interface, for comparison and for machines that the
 * cfi unwinder does not know.  Loaded only when asked for: as a NEEDED library it
 * would take over the target's _Unwind_* functions.
 */
#include "preload/unwind.h"
#include "preload/thread.h"

#include <dlfcn.h>

/* libunwind(3): unw_backtrace(3), since 0.99. */
static int (*backtrace_fn)(void **buffer, int size);

bool unwind_libunwind_init(void)
{
    void *library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    if (library)
        *(void **)&backtrace_fn = dlsym(library, "unw_backtrace");
    return backtrace_fn != NULL;
}

void unwind_libunwind(struct stack *stack, const struct unwind_start *start)
{
    /* `before` is room for the addresses: nothing is remembered with this one. */
    void **buffer = (void **)stack->before;
    int room = (int)(stack->depth * (sizeof(struct known_frame) / sizeof(void *)));
    stack->count = 0;
    stack->joint = 0;
    stack->known = 0;
    stack->complete = false;
    stack->reusable = false;
    thread.internal++;
    int found = backtrace_fn(buffer, room);
    thread.internal--;
    int first = 0;
    while (first < found && (uintptr_t)buffer[first] != start->pc)
        first++;
    for (int i = first; i < found && stack->count < stack->depth; i++)
        stack->above[stack->count++] = (struct frame){.pc = (uintptr_t)buffer[i] - 1};
    /* It does not say why it ended; a walk that left no room was cut. */
    stack->complete = stack->count > 0 && stack->count < stack->depth;
}
