/* SPDX-License-Identifier: Apache-2.0
 *
 * What a thread does with memory, as the compiler says it.
 */
#ifndef INTERLEAVINGS_WEAK_MEMORY_H
#define INTERLEAVINGS_WEAK_MEMORY_H

#include <stdint.h>

/* As the compiler numbers them. */
enum weak_order {
    WEAK_RELAXED,
    WEAK_CONSUME,
    WEAK_ACQUIRE,
    WEAK_RELEASE,
    WEAK_ACQ_REL,
    WEAK_SEQ_CST
};

uint64_t weak_load(char *at, uint32_t size, enum weak_order order);
void weak_store(char *at, uint32_t size, uint64_t value, enum weak_order order);
/* Around what reads and writes in one; `before`: the value that it read. */
void weak_begin_update(char *at, uint32_t size, enum weak_order order);
void weak_end_update(char *at, uint32_t size, uint64_t before, enum weak_order order);
/* Right before a plain access. */
void weak_plain_read(char *at, uint32_t size);
void weak_plain_write(char *at, uint32_t size);
void weak_fence(enum weak_order order);

#endif
