/* SPDX-License-Identifier: Apache-2.0
 *
 * Code that is compiled with -fsanitize=thread makes these calls: instead of each atomic operation,
 * and before each plain access.
 */
#include "tests/interleavings/weak_memory.h"

#include <stddef.h>

#define PLAIN(size)                                                                                \
    void __tsan_read##size(void *at)                                                               \
    {                                                                                              \
        weak_plain_read(at, size);                                                                 \
    }                                                                                              \
    void __tsan_write##size(void *at)                                                              \
    {                                                                                              \
        weak_plain_write(at, size);                                                                \
    }                                                                                              \
    void __tsan_unaligned_read##size(void *at)                                                     \
    {                                                                                              \
        weak_plain_read(at, size);                                                                 \
    }                                                                                              \
    void __tsan_unaligned_write##size(void *at)                                                    \
    {                                                                                              \
        weak_plain_write(at, size);                                                                \
    }
PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)

void __tsan_read_range(void *at, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += 8)
        weak_plain_read((char *)at + i, 8);
}
void __tsan_write_range(void *at, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += 8)
        weak_plain_write((char *)at + i, 8);
}
void __tsan_read16(void *at)
{
    __tsan_read_range(at, 16);
}
void __tsan_write16(void *at)
{
    __tsan_write_range(at, 16);
}
void __tsan_unaligned_read16(void *at)
{
    __tsan_read_range(at, 16);
}
void __tsan_unaligned_write16(void *at)
{
    __tsan_write_range(at, 16);
}
void __tsan_init(void)
{
}
void __tsan_func_entry(void *from)
{
    (void)from;
}
void __tsan_func_exit(void)
{
}
void __tsan_atomic_signal_fence(int order)
{
    (void)order;
}
void __tsan_atomic_thread_fence(int order)
{
    weak_fence((enum weak_order)order);
}

#define UPDATE(bits, name, result)                                                                 \
    uint##bits##_t __tsan_atomic##bits##_##name(void *at, uint##bits##_t operand, int order)       \
    {                                                                                              \
        weak_begin_update(at, bits / 8, (enum weak_order)order);                                   \
        uint##bits##_t old = *(uint##bits##_t *)at;                                                \
        *(uint##bits##_t *)at = (uint##bits##_t)(result);                                          \
        weak_end_update(at, bits / 8, old, (enum weak_order)order);                                \
        return old;                                                                                \
    }
#define COMPARE(bits, name)                                                                        \
    int __tsan_atomic##bits##_compare_exchange_##name(                                             \
        void *at, void *expected, uint##bits##_t wanted, int order, int failure)                   \
    {                                                                                              \
        weak_begin_update(at, bits / 8, (enum weak_order)order);                                   \
        uint##bits##_t old = *(uint##bits##_t *)at;                                                \
        int equal = old == *(uint##bits##_t *)expected;                                            \
        *(uint##bits##_t *)(equal ? at : expected) = equal ? wanted : old;                         \
        weak_end_update(at, bits / 8, old, (enum weak_order)(equal ? order : failure));            \
        return equal;                                                                              \
    }
#define ATOMIC(bits)                                                                               \
    uint##bits##_t __tsan_atomic##bits##_load(const void *at, int order)                           \
    {                                                                                              \
        return (uint##bits##_t)weak_load((char *)at, bits / 8, (enum weak_order)order);            \
    }                                                                                              \
    void __tsan_atomic##bits##_store(void *at, uint##bits##_t value, int order)                    \
    {                                                                                              \
        weak_store(at, bits / 8, value, (enum weak_order)order);                                   \
    }                                                                                              \
    UPDATE(bits, exchange, operand)                                                                \
    UPDATE(bits, fetch_add, old + operand)                                                         \
    UPDATE(bits, fetch_sub, old - operand)                                                         \
    UPDATE(bits, fetch_or, old | operand)                                                          \
    UPDATE(bits, fetch_and, old &operand)                                                          \
    COMPARE(bits, strong)                                                                          \
    COMPARE(bits, weak)
ATOMIC(8)
ATOMIC(16)
ATOMIC(32)
ATOMIC(64)
