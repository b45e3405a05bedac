/* SPDX-License-Identifier: Apache-2.0
 *
 * Included in front of the shim's own sources: every atomic operation on what others use, too,
 * becomes one step, before which any other thread may run.  Operands are evaluated first, so
 * that a load inside a store's operand is a step of its own.  After a store that
 * publishes (release) comes a step, too: what is written later is not there yet when
 * others see what was published.
 */
#ifndef INTERLEAVINGS_ATOMICS_H
#define INTERLEAVINGS_ATOMICS_H

#include "tests/interleavings/kernel.h"

#include <stdatomic.h>

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
        explore_access((const void *)load_at, false);                                              \
        __atomic_load_n(load_at, __ATOMIC_SEQ_CST);                                                \
    })
#define atomic_store_explicit(object, value, order)                                                \
    __extension__({                                                                                \
        __auto_type store_at = (object);                                                           \
        __typeof__((void)0, *store_at) store_value = (value);                                      \
        explore_access((const void *)store_at, true);                                              \
        __atomic_store_n(store_at, store_value, __ATOMIC_SEQ_CST);                                 \
        if ((order) == memory_order_release)                                                       \
            explore_access((const void *)store_at, true);                                          \
    })
#define atomic_exchange_explicit(object, value, order)                                             \
    __extension__({                                                                                \
        __auto_type exchange_at = (object);                                                        \
        __typeof__((void)0, *exchange_at) exchange_value = (value);                                \
        explore_access((const void *)exchange_at, true);                                           \
        __atomic_exchange_n(exchange_at, exchange_value, __ATOMIC_SEQ_CST);                        \
    })
#define atomic_fetch_add_explicit(object, value, order)                                            \
    __extension__({                                                                                \
        __auto_type add_at = (object);                                                             \
        __typeof__((void)0, *add_at) add_value = (value);                                          \
        explore_access((const void *)add_at, true);                                                \
        __atomic_fetch_add(add_at, add_value, __ATOMIC_SEQ_CST);                                   \
    })
#define atomic_compare_exchange_strong_explicit(object, expected, value, order, failure)           \
    __extension__({                                                                                \
        __auto_type swap_at = (object);                                                            \
        __auto_type swap_expected = (expected);                                                    \
        __typeof__((void)0, *swap_at) swap_value = (value);                                        \
        explore_access((const void *)swap_at, true);                                               \
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
    (explore_access((const void *)(counter), true),                                                \
     (void)__atomic_fetch_add(counter, amount, __ATOMIC_SEQ_CST))

#endif
