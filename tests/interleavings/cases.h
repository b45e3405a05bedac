/* SPDX-License-Identifier: Apache-2.0
 *
 * A case is what a few threads do, and what must hold after each step.
 */
#ifndef INTERLEAVINGS_CASES_H
#define INTERLEAVINGS_CASES_H

#include "tests/interleavings/explore.h"
#include "tests/interleavings/world.h"

#include <stdbool.h>

struct explored_case {
    const char *name; /* NULL: the end */
    void (*set_up)(void);
    void (*check)(bool at_end); /* as explore() takes them; may be NULL */
    void (*note)(void);
};
extern const struct explored_case cases_events[], cases_forks[], cases_tables[], cases_rules[],
    cases_peak[], cases_timeline[], cases_lifetimes[], cases_weak_tables[];
extern const struct explored_case *const cases_all[]; /* of this program; ends with NULL */

/* Innermost frames: each is a stack. */
#define PC_ONE   0x5000
#define PC_TWO   0x6000
#define PC_THREE 0x7000

/* Blocks 1 and 2 are allocated, with PC_ONE, and freed. */
void live_and_die_one(void);
void live_and_die_two(void);
/* Makes a thread one that has recorded before: it has a context and knows the site. */
void warm(void);
/* Makes a shard that somebody had; block 3 stays live. */
void leave_one_behind(void);
/* Begins to record, or waits until another thread has. */
void prepare(void);
void check_start(bool at_end);
/* From here on this process follows its events. */
void follow(void);

#endif
