/* SPDX-License-Identifier: Apache-2.0
 *
 * Lifetimes that are made by hand, for the tests of what is concluded from them.
 */
#ifndef MEMPROF_TESTS_LIFETIMES_BUILDER_H
#define MEMPROF_TESTS_LIFETIMES_BUILDER_H

#include "collector/advise/advice_list.h"
#include "collector/lifetimes/lifetimes.h"

extern struct lifetimes made;

/* What is advised about them. */
extern struct advice_list made_list;

/* Begins with none; made_end() ends. */
void made_begin(void);

/* A stack such as "leaf|inner inlined,caller@7|main": the leaf first, "," between a function and
 * the one that it was inlined into, "@" before a line.  Equal frames are one location. */
uint32_t made_stack(const char *text);

/* `objects` blocks of `bytes`, all of them freed and followed, in `calls` activations of the frame
 * at `level`, which owns them. */
struct lifetime *made_blocks(const char *text, uint64_t objects, uint64_t bytes, unsigned level,
                             uint64_t calls, uint64_t live);

void made_advise(void);
/* Advises, and fails if that is not one advice of this kind; ADVICE_NONE: none at all. */
const struct advice *made_only(enum advice_kind kind);
void made_end(void);

#endif
