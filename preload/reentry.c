/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/reentry.h"

#define FIBER_BYTES (1024u * 1024u) /* off the thread's stack, sp's within this are one fiber's */

/* event_sp below our sp: the frame of that event is gone, so a handler left it by longjmp.
 * event_sp above our sp, or on another stack: we are in a handler that interrupted it. */
bool reentry_event_abandoned(uintptr_t sp)
{
    const struct thread *t = &thread;
    bool here = sp >= t->stack_low && sp < t->stack_high;
    if (t->event_sp >= t->stack_low && t->event_sp < t->stack_high)
        return here && sp >= t->event_sp;
    return here || (sp >= t->event_sp && sp - t->event_sp < FIBER_BYTES);
}

struct event_context *reentry_enter_slow(uintptr_t sp)
{
    struct thread *t = &thread;
    if (t->event_sp && reentry_event_abandoned(sp)) {
        t->event_sp = 0;
        t->inside = 1; /* the event that begins here */
    }
    bool outermost = t->event_sp == 0;
    if (outermost)
        t->event_sp = sp;
    atomic_signal_fence(memory_order_seq_cst);
    struct event_context *context = context_take(t, outermost);
    if (!context && outermost)
        t->event_sp = 0;
    return context;
}
