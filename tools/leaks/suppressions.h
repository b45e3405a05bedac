/* SPDX-License-Identifier: Apache-2.0
 *
 * LeakSanitizer's suppressions: a file of lines "leak:PATTERN".  A stack is suppressed when a
 * pattern matches the function, the source file or the module of one of its frames.  A pattern
 * matches anywhere; * stands for any text, ^ at its start and $ at its end for the ends of the
 * name.  Empty lines and those that begin with # say nothing.
 */
#ifndef MEMPROF_TOOLS_LEAKS_SUPPRESSIONS_H
#define MEMPROF_TOOLS_LEAKS_SUPPRESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "collector/profile/profile.h"

struct suppression {
    char *pattern; /* owned */
    uint64_t stacks;
    int64_t bytes, objects; /* that it suppressed */
};

struct suppressions {
    struct suppression *items;
    size_t count;
};

/* Adds what a file says; suppressions_deinit() it in any case. */
struct error *suppressions_read(struct suppressions *suppressions, const char *path);
void suppressions_deinit(struct suppressions *suppressions);

/* The first one that matches the stack; NULL: none does. */
struct suppression *suppressions_find(const struct suppressions *suppressions,
                                      const struct profile *profile, uint32_t leaf);

/* Whether a pattern matches a name. */
bool suppression_matches(const char *pattern, const char *name);

#endif
