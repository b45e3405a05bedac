/* SPDX-License-Identifier: Apache-2.0
 *
 * Included in front of the collector's source that sums counters: every load is a step,
 * as in atomics.h.  A table is mostly empty, and a load of zero takes no step: what it
 * sees it would have seen right after the step before.
 */
#ifndef INTERLEAVINGS_READER_ATOMICS_H
#define INTERLEAVINGS_READER_ATOMICS_H

#include <stdatomic.h>

#include "tests/interleavings/explore.h"
#include "tests/interleavings/reader_memory.h"

#undef atomic_load_explicit
#define atomic_load_explicit(object, order)                                                        \
    __extension__({                                                                                \
        __auto_type load_at = (object);                                                            \
        explore_note(load_at, false);                                                              \
        if (__atomic_load_n(load_at, __ATOMIC_SEQ_CST) != 0)                                       \
            explore_access((const void *)load_at, false);                                          \
        __atomic_load_n(load_at, __ATOMIC_SEQ_CST);                                                \
    })

#endif
