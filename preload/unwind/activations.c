/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/unwind/activations.h"
#include "arch_rule.h"

#include <assert.h>
#include <stdatomic.h>

#define WINDOW 8u /* unchanged frames whose saved registers are compared */

void activations_forget(struct activations *a)
{
    a->since = UINT64_MAX;
}

/* Nothing else has walked since then if the innermost frame is the same. */
void activations_before_walk(struct activations *a, const struct stack *stack)
{
    a->current = a->count > 0 && stack->known == a->count && a->top_hash &&
                 stack->last_walk[stack->known - 1].stack_hash == a->top_hash &&
                 stack->last_walk[stack->known - 1].sp == a->frames[a->count - 1].sp;
}

/* --- the stack that was walked --- */

struct view {
    const struct stack *stack;
    uint32_t count;
};

/* Frame i, counted from the outermost; the rest of *frame stays as it is. */
static inline void frame_at(const struct view *view, uint32_t i, struct activation *frame)
{
    const struct stack *stack = view->stack;
    if (stack->reusable) {
        const struct known_frame *known = &stack->last_walk[i];
        frame->pc = known->pc;
        frame->sp = known->sp;
        frame->from = stack_return(stack, known);
        frame->interrupted = false;
        return;
    }
    const struct frame *walked = &stack->frames[view->count - 1 - i];
    frame->pc = walked->pc;
    frame->sp = walked->sp;
    frame->from = walked->from;
    frame->interrupted = i + 1 < view->count && walked[-1].bp_use == FRAME_WAS_INTERRUPTED;
}

/* Frames, from the outermost on, that lie where they lay and are at the call where they were. */
static uint32_t unchanged(const struct activations *a, const struct view *view, uint32_t old)
{
    uint32_t most = old < view->count ? old : view->count, i = 0;
    if (a->current && view->stack->reusable) /* else it did not look where it joins */
        return view->stack->join < most ? view->stack->join : most;
    for (; i < most; i++) {
        struct activation now;
        frame_at(view, i, &now);
        if (now.pc != a->frames[i].pc || now.sp != a->frames[i].sp ||
            now.interrupted != a->frames[i].interrupted)
            break;
    }
    return i;
}

/* --- saved registers --- */

/* How many words right beside the return address hold a register.  They follow each other where a
 * function pushes them. */
static inline uint32_t words_at(uintptr_t pc)
{
    return (uint32_t)__builtin_ctz(~(uint32_t)saved_registers(pc));
}

/* Where the return address of frame i lies, which is not the outermost. */
static inline const uintptr_t *return_slot(const struct activations *a, uint32_t i)
{
    return arch_return_slot(a->frames[i - 1].sp, a->frames[i - 1].from);
}

/* DO(n) for n from words - 1 down to 0: these are most of what an event costs, and a loop is twice
 * as much. */
static_assert(SAVED_REGISTERS == 8, "EACH_WORD has them all");
#define EACH_WORD(words, DO)                                                                       \
    switch (words) {                                                                               \
    case 8:                                                                                        \
        DO(7);                                                                                     \
        __attribute__((fallthrough));                                                              \
    case 7:                                                                                        \
        DO(6);                                                                                     \
        __attribute__((fallthrough));                                                              \
    case 6:                                                                                        \
        DO(5);                                                                                     \
        __attribute__((fallthrough));                                                              \
    case 5:                                                                                        \
        DO(4);                                                                                     \
        __attribute__((fallthrough));                                                              \
    case 4:                                                                                        \
        DO(3);                                                                                     \
        __attribute__((fallthrough));                                                              \
    case 3:                                                                                        \
        DO(2);                                                                                     \
        __attribute__((fallthrough));                                                              \
    case 2:                                                                                        \
        DO(1);                                                                                     \
        __attribute__((fallthrough));                                                              \
    case 1:                                                                                        \
        DO(0);                                                                                     \
    }

static inline void save(struct activations *a, uint32_t i)
{
    struct activation *frame = &a->frames[i];
    uint32_t words = i > 0 && !frame->interrupted ? words_at(frame->pc) : 0;
    frame->words = (uint8_t)words;
    if (words == 0)
        return;
    const uintptr_t *word = return_slot(a, i);
#define SAVE_WORD(n) frame->saved[n] = *arch_saved_word(word, n)
    EACH_WORD(words, SAVE_WORD)
}

/* Do the first `words` of what frame i saved lie there still? */
static inline bool has_saved(const struct activations *a, uint32_t i, uint32_t words)
{
    if (words == 0)
        return true;
    const uintptr_t *word = return_slot(a, i), *saved = a->frames[i].saved;
    uintptr_t differs = 0;
#define COMPARE_WORD(n) differs |= *arch_saved_word(word, n) ^ saved[n]
    EACH_WORD(words, COMPARE_WORD)
    return differs == 0;
}

/* The first of the `count` unchanged frames that is another activation by its saved registers. */
static uint32_t first_replaced(const struct activations *a, uint32_t count)
{
    uint32_t i = count > WINDOW ? count - WINDOW : 0;
    while (i < count && has_saved(a, i, a->frames[i].words))
        i++;
    return i;
}

/* --- control flow --- */

/* Can frame i make the call again that it is in? */
static enum reach repeats(struct activations *a, uint32_t i)
{
    const struct activation *frame = &a->frames[i];
    return frame->interrupted ? REACH_CAN
                              : reach_ask(&a->room, frame->pc, frame->pc, a->unload_epoch);
}

/* Frame i may have been entered again, and with it each one that would then have been, too. */
static __attribute__((noinline)) void doubt(struct activations *a, uint32_t i, uint64_t event)
{
    enum reach outside = REACH_CANNOT;
    for (; outside == REACH_CANNOT || outside == REACH_UNSURE; i--) {
        a->frames[i].doubted = event;
        outside = i > 0 ? repeats(a, i - 1) : REACH_CAN;
    }
}

static bool is_possible(enum reach reach)
{
    return reach == REACH_CAN || reach == REACH_UNSURE;
}

static bool is_called_in_loop(struct activations *a, uint32_t i)
{
    return i > 0 && is_possible(repeats(a, i - 1));
}

/* Frame i, which goes round a loop, was doing so, or its caller does and has called it again with
 * the same registers. */
static void doubt_loop(struct activations *a, uint32_t i, uint64_t event)
{
    if (is_called_in_loop(a, i))
        a->frames[i].doubted = event;
}

/* Does the call that frame i - 1 is in lead to the function around `pc`, and to no other? */
static bool calls(const struct activations *a, uint32_t i, uintptr_t pc)
{
    return i > 0 && !a->frames[i - 1].interrupted &&
           reach_ask_call(a->frames[i - 1].pc, pc, a->unload_epoch) == REACH_CAN;
}

/* In the place of frame i another function is at `pc`.  Has that one ended by a jump to it?  Its
 * own code says so, or its caller's, which calls that one and no other. */
static bool has_jumped(const struct activations *a, uint32_t i, uintptr_t pc, enum reach reach)
{
    return reach == REACH_JUMPS ||
           (reach == REACH_OTHER && calls(a, i, a->frames[i].pc) && !calls(a, i, pc));
}

/* Frame i, which is at the call `now`, was at `before`.  Are both in a loop of it? */
static bool is_loop(struct activations *a, uint32_t i, uintptr_t before, uintptr_t now)
{
    return now <= before || (!a->frames[i].interrupted &&
                             is_possible(reach_ask(&a->room, now, before, a->unload_epoch)));
}

/* Frame i is where the stacks part: it lies where it lay and is at another call.  True: it goes on
 * there, or in the function that it ended with a jump to.  *again: it is another activation of the
 * same function. */
static bool goes_on(struct activations *a, const struct view *view, uint32_t i, uint64_t event,
                    bool *again)
{
    struct activation now;
    struct activation *frame = &a->frames[i];
    enum reach reach = REACH_CAN;
    frame_at(view, i, &now);
    if (!now.interrupted && !frame->interrupted)
        reach = reach_ask(&a->room, frame->pc, now.pc, a->unload_epoch);
    uint32_t words = frame->words; /* saved at both calls */
    if (words && (now.interrupted || words_at(now.pc) < words))
        words = now.interrupted ? 0 : words_at(now.pc);
    bool jumped = has_jumped(a, i, now.pc, reach);
    bool same = jumped || (is_possible(reach) && has_saved(a, i, words));
    *again = !same && reach != REACH_OTHER;
    if (!same)
        return false;
    uintptr_t before = frame->pc;
    frame->pc = now.pc;
    frame->sp = now.sp;
    frame->interrupted = now.interrupted;
    save(a, i);
    if (reach == REACH_UNSURE)
        doubt(a, i, event);
    else if (is_called_in_loop(a, i) && (jumped || is_loop(a, i, before, now.pc)))
        frame->doubted = event;
    return true;
}

/* How many of the outermost frames are the activations that they were: of `old` frames known
 * then, `joined` are unchanged. */
static uint32_t still_running(struct activations *a, const struct view *view, uint32_t old,
                              uint32_t joined, uint64_t event)
{
    uint32_t n = view->count, kept = first_replaced(a, joined);
    bool again = kept < joined; /* frame kept - 1 has made its call again */
    if (again) {
        /* found by its registers */
    } else if (joined == n && joined == old) {
        again = true; /* it has made its call again, and all outside of it have not */
    } else if (joined == n) {
        /* the innermost frame is back from what it had called */
    } else if (joined == old) {
        again = true; /* it had called the allocator, and now something else */
    } else {
        kept += goes_on(a, view, joined, event, &again);
    }
    while (again && kept > 1) { /* the outermost one has nobody who could call it */
        enum reach reach = repeats(a, kept - 1);
        if (reach == REACH_UNSURE)
            doubt(a, kept - 1, event);
        else if (reach == REACH_CAN)
            doubt_loop(a, kept - 1, event);
        /* A frame that calls itself by a jump has ended, and has not been called again. */
        again = reach == REACH_CANNOT;
        kept -= again || reach == REACH_OTHER;
    }
    return kept;
}

/* --- an event --- */

static bool can_be_followed(const struct activations *a, const struct view *view)
{
    const struct stack *stack = view->stack;
    /* Where a deep stack is cut depends on the event; some unwinders know no stack pointers. */
    return !stack->deep && view->count > 0 && view->count <= a->depth &&
           (stack->reusable || stack->frames[0].sp != 0);
}

/* Are both stacks counted from the same outermost frame? */
static bool begins_alike(const struct activations *a, const struct view *view)
{
    struct activation outermost;
    frame_at(view, 0, &outermost);
    return a->frames[0].sp == outermost.sp || (a->complete && view->stack->complete);
}

bool activations_after_walk(struct activations *a, const struct stack *stack, uint64_t event,
                            bool freeing)
{
    struct view view = {stack, stack->count + stack->join};
    uint64_t since = a->since;
    uint32_t old = since == UINT64_MAX || a->unload_epoch != stack->unload_epoch ? 0 : a->count;
    /* Nothing is known if a handler leaves from here on. */
    a->since = UINT64_MAX;
    atomic_signal_fence(memory_order_seq_cst);
    if (!can_be_followed(a, &view))
        return false;
    if (old == 0 || !begins_alike(a, &view)) {
        old = 0;
        since = event;
    }
    a->unload_epoch = stack->unload_epoch;
    uint32_t joined = old ? unchanged(a, &view, old) : 0;
    uint32_t kept = old ? still_running(a, &view, old, joined, event) : 0;
    if (!ARCH_RETURN_FIXED && kept > 0) /* it may have called another function */
        frame_at(&view, kept - 1, &a->frames[kept - 1]);
    for (uint32_t i = kept; i < view.count; i++) {
        frame_at(&view, i, &a->frames[i]);
        a->frames[i].born = event;
        save(a, i);
    }
    /* Back in a frame that had called deeper, with its call where it was: what it called has
     * jumped to free. */
    a->tail_call = freeing && kept == view.count && joined == kept && old > kept;
    a->count = view.count;
    a->complete = stack->complete;
    a->top_hash = stack->reusable ? stack->last_walk[stack->known - 1].stack_hash : 0;
    atomic_signal_fence(memory_order_seq_cst);
    a->since = since;
    return true;
}
