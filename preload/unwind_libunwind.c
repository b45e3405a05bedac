/* SPDX-License-Identifier: Apache-2.0
 *
 * libunwind behind the same interface, for comparison and for machines that the
 * cfi unwinder does not know.  Loaded only when asked for: as a NEEDED library it
 * would take over the target's _Unwind_* functions.
 */
#include "preload/unwind.h"
#include "preload/modules.h"
#include "preload/thread.h"

#include <dlfcn.h>
#include <string.h>

/* libunwind(3): unw_backtrace(3), since 0.99. */
static int (*backtrace_fn)(void **buffer, int size);

bool unwind_libunwind_init(void)
{
    void *library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    if (library)
        *(void **)&backtrace_fn = dlsym(library, "unw_backtrace");
    return backtrace_fn != NULL;
}

/* Is this the code that the kernel has signal handlers return to? */
static bool is_signal_return(uintptr_t pc)
{
#if defined(__x86_64__)
    static const unsigned char code[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
#elif defined(__aarch64__)
    static const unsigned char code[] = {0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4};
#else
#error "what does rt_sigreturn look like here?"
#endif
    struct module_extent extent;
    return modules_extent(pc, &extent) && extent.end - pc >= sizeof code &&
           memcmp((const void *)pc, code, sizeof code) == 0;
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
    bool interrupted = false; /* a signal frame's caller did not call: its pc is its own */
    for (int i = first; i < found && stack->count < stack->depth; i++) {
        uintptr_t pc = (uintptr_t)buffer[i];
        stack->above[stack->count++] = (struct frame){.pc = interrupted ? pc : pc - 1};
        interrupted = is_signal_return(pc);
    }
    /* It does not say why it ended; a walk that left no room was cut. */
    stack->complete = stack->count > 0 && stack->count < stack->depth;
}
