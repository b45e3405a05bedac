/* SPDX-License-Identifier: Apache-2.0
 *
 * Mapped files can be truncated under their reader, who then gets SIGBUS.  While
 * a range is guarded, a page of it that faults is replaced by zeroes and the
 * guard says so.  Guards are begun and ended by one thread at a time.
 */
#ifndef MEMPROF_COLLECTOR_BASE_GUARD_H
#define MEMPROF_COLLECTOR_BASE_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct guard {
    uintptr_t start;
    size_t bytes;
    bool was_hit; /* set by the signal handler */
    struct guard *next;
};

void guard_begin(struct guard *guard, const void *start, size_t bytes);
void guard_end(struct guard *guard);
bool guard_was_hit(const struct guard *guard);

#endif
