/* SPDX-License-Identifier: Apache-2.0
 *
 * Included in front of the shim's own sources: every atomic operation becomes one
 * step, before which any other thread may run.  Operands are evaluated first, so
 * that a load inside a store's operand is a step of its own.  After a store that
 * publishes (release) comes a step, too: what is written later is not there yet when
 * others see what was published.  The kernel is one
 * that the explorer can take back: memory comes from a pool that is part of the
 * explored state.
 */
#ifndef INTERLEAVINGS_ATOMICS_H
#define INTERLEAVINGS_ATOMICS_H

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#define __thread /* one kernel thread: the explorer exchanges `thread` itself */

#include "preload/base/sys.h"

/* In explore.c: the calling thread stops here until it is chosen again. */
void explore_step(void);
/* In world.c. */
void *world_map(void *address, size_t bytes, int flags);
int world_advise(void *address, size_t bytes, int advice);

#undef atomic_load_explicit
#undef atomic_store_explicit
#undef atomic_exchange_explicit
#undef atomic_fetch_add_explicit
#undef atomic_compare_exchange_strong_explicit
#undef atomic_compare_exchange_weak_explicit
#undef atomic_compare_exchange_strong
#undef atomic_load
#undef atomic_store

#define atomic_load_explicit(object, order)                                                        \
    __extension__({                                                                                \
        __auto_type load_at = (object);                                                            \
        explore_step();                                                                            \
        __atomic_load_n(load_at, __ATOMIC_SEQ_CST);                                                \
    })
#define atomic_store_explicit(object, value, order)                                                \
    __extension__({                                                                                \
        __auto_type store_at = (object);                                                           \
        __typeof__((void)0, *store_at) store_value = (value);                                      \
        explore_step();                                                                            \
        __atomic_store_n(store_at, store_value, __ATOMIC_SEQ_CST);                                 \
        if ((order) == memory_order_release)                                                       \
            explore_step();                                                                        \
    })
#define atomic_exchange_explicit(object, value, order)                                             \
    __extension__({                                                                                \
        __auto_type exchange_at = (object);                                                        \
        __typeof__((void)0, *exchange_at) exchange_value = (value);                                \
        explore_step();                                                                            \
        __atomic_exchange_n(exchange_at, exchange_value, __ATOMIC_SEQ_CST);                        \
    })
#define atomic_fetch_add_explicit(object, value, order)                                            \
    __extension__({                                                                                \
        __auto_type add_at = (object);                                                             \
        __typeof__((void)0, *add_at) add_value = (value);                                          \
        explore_step();                                                                            \
        __atomic_fetch_add(add_at, add_value, __ATOMIC_SEQ_CST);                                   \
    })
#define atomic_compare_exchange_strong_explicit(object, expected, value, order, failure)           \
    __extension__({                                                                                \
        __auto_type swap_at = (object);                                                            \
        __auto_type swap_expected = (expected);                                                    \
        __typeof__((void)0, *swap_at) swap_value = (value);                                        \
        explore_step();                                                                            \
        __atomic_compare_exchange_n(swap_at, swap_expected, swap_value, 0, __ATOMIC_SEQ_CST,       \
                                    __ATOMIC_SEQ_CST);                                             \
    })
#define atomic_compare_exchange_weak_explicit atomic_compare_exchange_strong_explicit
#define atomic_compare_exchange_strong(object, expected, value)                                    \
    atomic_compare_exchange_strong_explicit(object, expected, value, 5, 5)
#define atomic_load(object)         atomic_load_explicit(object, 5)
#define atomic_store(object, value) atomic_store_explicit(object, value, 5)

/* The owner of a counter alone writes it: reading it is no step. */
#define COUNT_ADD(counter, amount)                                                                 \
    (explore_step(), (void)__atomic_fetch_add(counter, amount, __ATOMIC_SEQ_CST))

#define mmap(address, bytes, protection, flags, fd, offset) world_map(address, bytes, flags)
#define munmap(address, bytes)                              ((void)(address), 0)
#define mprotect(address, bytes, protection)                ((void)(address), 0)
#define madvise(address, bytes, advice)                     world_advise(address, bytes, advice)
#define ftruncate(fd, bytes)                                0
#define sys_wait(word, value)                               explore_step()
#define sys_wake(word)                                      ((void)0)
#define sys_block_signals(before)                           ((void)(before))
#define sys_unblock_signals(before)                         ((void)(before))

#endif
