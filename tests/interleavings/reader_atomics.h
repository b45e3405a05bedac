/* SPDX-License-Identifier: Apache-2.0
 *
 * Included in front of the collector's source that sums counters: every load is a step,
 * as in atomics.h.  A table is mostly empty, and a load of zero takes no step: what it
 * sees it would have seen right after the step before.
 */
#ifndef INTERLEAVINGS_READER_ATOMICS_H
#define INTERLEAVINGS_READER_ATOMICS_H

#include <stdatomic.h>

/* In explore.c: the calling thread stops here until it is chosen again. */
void explore_step(void);

#undef atomic_load_explicit
#define atomic_load_explicit(object, order)                                                        \
    __extension__({                                                                                \
        __auto_type load_at = (object);                                                            \
        if (__atomic_load_n(load_at, __ATOMIC_SEQ_CST) != 0)                                       \
            explore_step();                                                                        \
        __atomic_load_n(load_at, __ATOMIC_SEQ_CST);                                                \
    })

#endif
