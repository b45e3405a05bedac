/* SPDX-License-Identifier: Apache-2.0
 *
 * What an advice can be about: the blocks that one place in the program allocates and one function
 * outlives, whatever ways lead there.  Stacks that share both are one site.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_SITE_H
#define MEMPROF_COLLECTOR_ADVISE_SITE_H

#include "collector/advise/place.h"
#include "collector/lifetimes/lifetimes.h"

#define ADVISE_FREED_MOST 4
#define ADVISE_SMALL      24 /* what fits into the smallest block of glibc's, which takes 32 bytes */

/* Of blocks that became more from the first look at the process to the last, and never fewer. */
struct advise_growth {
    uint64_t objects, bytes; /* from the first look to the last; 0: they were not */
    double seconds, objects_per_s, bytes_per_s;
    bool is_steady;   /* not much slower than before the first look */
    bool is_estimate; /* only samples were recorded */
};

struct advise_site {
    struct advise_place place, owner; /* owner.function NULL: there is none */
    unsigned level;                   /* of the owner, of the most frequent stack */
    bool is_owner_inlined;            /* its activations are those of who it was inlined into */
    bool is_owner_by_frees;    /* it makes and frees them, but was not seen to outlive them */
    bool is_owner_outermost;   /* main, or where a thread begins */
    uint32_t node;             /* the most frequent stack, for its frames ... */
    struct advise_frame frame; /* ... up to the place */
    bool is_growth;            /* made by a function of a container that only makes it larger */
    uint32_t stacks;
    struct lifetime life; /* live_max is the sum of all stacks' */
    /* Blocks of which it is known whether a realloc made them and who freed them: all, or samples.
     */
    uint64_t recorded;
    uint64_t ended, inside;      /* followed blocks with an owner; those that ended in this one */
    uint64_t began, activations; /* followed allocations; activations of the owner that made them */
    uint64_t live_in_one; /* alive at once in one activation of the owner, of one thread, at most */
    uint64_t live_in_stack; /* the same, of one stack */
    unsigned looks;         /* at the process, this one too */
    struct advise_growth growth;
    const char *set_up_by; /* what runs once and made them, in words; NULL: nothing of that kind */
    uint64_t size_p50, size_p99, size_max;
    uint64_t size_most; /* blocks of the size that most have */
    uint64_t small;     /* blocks of at most ADVISE_SMALL bytes */
    struct {
        struct advise_place place;
        uint64_t count;
    } freed[ADVISE_FREED_MOST]; /* most frequent first; count 0: no more */
};

#endif
