/* SPDX-License-Identifier: Apache-2.0
 *
 * Where in the program an allocation is: the innermost frame that is the program's own code and not
 * an allocator's, a wrapper's or a standard library's.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_PLACE_H
#define MEMPROF_COLLECTOR_ADVISE_PLACE_H

#include "collector/profile/profile.h"
#include "collector/profile/stack.h"

/* A frame as people name it.  The texts are the profile's; "" is not known. */
struct advise_place {
    const char *function, *file, *module;
    int32_t line;
};

/* A frame of a stack: an inlined call is a line of the location of who it was inlined into. */
struct advise_frame {
    uint32_t level; /* of the stack's nodes, leaf first */
    uint32_t line;  /* of the location, innermost first */
};

/* `is_marked` are the functions of advise_allocators().  Where all of the stack is a library's
 * the frame is the innermost that is no allocator. */
struct advise_frame advise_own_frame(const struct profile *profile,
                                     const struct profile_stack *stack, const bool *is_marked);

struct advise_place advise_place_of(const struct profile *profile, uint32_t node, uint32_t line);

/* Lines of a node's location, at least one. */
uint32_t advise_lines(const struct profile *profile, uint32_t node);

/* Whether it has a name of its own: where symbols are missing it is called MODULE+0xOFFSET. */
bool advise_is_named(const struct advise_place *place);

/* The name in a demangled one, behind the type that a template's name begins with. */
const char *advise_unqualified(const char *name);

/* Whether it is code of a standard library, which nobody changes to allocate less. */
bool advise_is_library(const struct profile *profile, uint32_t node, uint32_t line);

/* The function of a line as a number that two places of the same function share. */
uint64_t advise_function(const struct profile *profile, uint32_t node, uint32_t line);

#endif
