/* SPDX-License-Identifier: Apache-2.0
 *
 * All that is pushed about, as processes come and go.
 */
#ifndef MEMPROF_TOOLS_PUSH_CROWD_H
#define MEMPROF_TOOLS_PUSH_CROWD_H

#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "tools/push/subject.h"
#include "tools/state_changes.h"

struct push_crowd {
    struct push_subject **items;
    size_t count;
    int64_t looked_ms; /* CLOCK_MONOTONIC; 0: never */
    uint64_t since_ns; /* CLOCK_REALTIME: what began and ended later is pushed, too */
    struct state_changes changes;
};

void push_crowd_deinit(struct push_crowd *crowd);
/* Adds what the names mean that is a file; an error if one of them cannot be pushed. */
struct error *push_crowd_add_files(struct push_crowd *crowd, const struct push_settings *settings);
/* Adds the processes that are new, and forgets those that are done and not to be seen any more.
 * `say` is told why one of them cannot be pushed. */
struct error *push_crowd_look(struct push_crowd *crowd, const struct push_settings *settings,
                              const struct base_files *files,
                              void (*say)(void *context, const struct push_subject *subject,
                                          const char *text),
                              void *context);
/* Whether a look would be worth it. */
bool push_crowd_has_changed(struct push_crowd *crowd, int64_t every_ms);

#endif
