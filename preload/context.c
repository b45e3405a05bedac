/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/context.h"
#include "preload/arena.h"
#include "preload/base/sys.h"
#include "preload/process/config.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/thread.h"

#include <sys/resource.h>

/* With larger intervals what a sample costs matters less than memory. */
#define OFTEN_BYTES  4096u
#define PLENTY_BYTES (UINT64_C(256) << 20)

/* Two MiB for the stacks of fibers are not to be missed by a program that counts its own. */
static bool has_plenty(void)
{
    static const int counted[] = {RLIMIT_AS, RLIMIT_DATA};
    for (unsigned i = 0; i < sizeof counted / sizeof *counted; i++) {
        struct rlimit limit;
        if (sandboxed() || SYS(prlimit64, 0, counted[i], NULL, &limit) != 0 ||
            limit.rlim_cur < PLENTY_BYTES)
            return false;
    }
    return true;
}

static struct slot *create(struct buffer *buffer, bool shared)
{
    size_t bytes = sizeof(struct slot) + stack_bytes(config.depth);
    struct slot *slot = arena_alloc(bytes, 64);
    if (slot) {
        slot->buffer = buffer;
        slot->shared = shared;
        stack_init(&slot->stack, config.depth);
        slot->stack.lasting = !shared && config.interval_bytes <= OFTEN_BYTES && has_plenty();
    }
    return slot;
}

/* A slot goes with its buffer from owner to owner: what it remembers of sites and
 * cells stays true, what it remembers of the stack does not. */
static struct slot *acquire_own(struct thread *t)
{
    struct buffer *buffer = buffers_acquire();
    if (!buffer)
        return NULL;
    if (!buffer->slot)
        buffer->slot = create(buffer, false);
    if (!buffer->slot) {
        buffers_release(buffer);
        return NULL;
    }
    stack_forget(&buffer->slot->stack);
    t->slot = buffer->slot;
    t->generation = root_generation;
    atomic_fetch_add_explicit(&root.segment.header->threads, 1, memory_order_relaxed);
    return t->slot;
}

static struct slot *borrow(void)
{
    struct buffer *shared = buffers_shared();
    for (unsigned i = 0; i < SLOTS_BORROWED_MAX; i++) {
        _Atomic(struct slot *) *place = &root.slots.borrowed[i];
        struct slot *slot = atomic_load_explicit(place, memory_order_acquire);
        bool idle = false;
        if (!slot) {
            struct slot *made = create(shared, true);
            if (!made)
                return NULL;
            atomic_store_explicit(&made->taken, true, memory_order_relaxed);
            if (atomic_compare_exchange_strong_explicit(place, &slot, made, memory_order_acq_rel,
                                                        memory_order_acquire))
                return made;
            /* `made` is lost: another thread filled the place at this moment. */
        }
        /* Acquire pairs with the release in slots_return. */
        if (atomic_compare_exchange_strong_explicit(&slot->taken, &idle, true, memory_order_acquire,
                                                    memory_order_relaxed)) {
            stack_forget(&slot->stack);
            return slot;
        }
    }
    return NULL;
}

/* Asking takes a system call for each buffer: ever more rarely. */
static bool may_ask_again(const struct thread *t)
{
    return (t->refusals & (t->refusals - 1)) == 0; /* 0, 1, 2, 4, 8 ... */
}

struct slot *slots_take(struct thread *t, bool own)
{
    if (own) {
        if (t->slot && t->generation == root_generation)
            return t->slot;
        struct slot *slot = may_ask_again(t) ? acquire_own(t) : NULL;
        if (slot)
            return slot;
        t->refusals++;
    }
    return borrow();
}
