/* SPDX-License-Identifier: Apache-2.0
 *
 * A site is a stack and a size class.  One question is answered here: which site is that of this
 * event, and which counters has it?
 */
#ifndef MEMPROF_SITES_H
#define MEMPROF_SITES_H

#include "preload/context.h"
#include "preload/unwind/unwind.h"

#include <stdbool.h>
#include <stdint.h>

/* Makes the site [other]. */
bool sites_init(void);

/* The site of an allocation of this size class by the stack that begins at `caller`, made if need
 * be; SITE_OTHER when there is no room.  What is returned is valid until the context's next
 * event; the stack lies in the context. */
const struct site_entry *sites_find(struct event_context *context,
                                    const struct unwind_start *caller, uint32_t size_class);

/* The same in two steps, for who looks at the frames in between: walks the stack, whatever is
 * remembered of it, and gives its stack_hash; then its site. */
uint64_t sites_walk(struct event_context *context, const struct unwind_start *caller);
const struct site_entry *sites_find_walked(struct event_context *context,
                                           const struct unwind_start *caller, uint32_t size_class,
                                           uint64_t stack_hash);

#endif
