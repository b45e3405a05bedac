/* SPDX-License-Identifier: Apache-2.0
 *
 * An advice: what could be done about the allocations of a site, and what that saves.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_ADVICE_H
#define MEMPROF_COLLECTOR_ADVISE_ADVICE_H

#include "collector/advise/disguise.h"
#include "collector/advise/site.h"

enum advice_kind {
    ADVICE_NONE,
    ADVICE_RESERVE, /* ask for the final size at once */
    ADVICE_STACK,   /* a local object or buffer, or one buffer that is kept */
    ADVICE_ARENA,   /* all that one activation allocates is given back at once */
    ADVICE_LEAK,    /* they become ever more */
    ADVICE_KEPT,    /* nothing to change: it lives on */
    ADVICE_POOL,    /* a list of free ones */
    ADVICE_NO_POOL, /* one would hurt, or not help */
    ADVICE_CROSSED, /* freed by other threads */
    ADVICE_KINDS,
};

enum advice_confidence { ADVICE_LOW, ADVICE_MEDIUM, ADVICE_HIGH };

/* Why no pool. */
enum advice_reason { REASON_NONE, REASON_VARIED, REASON_LONG_LIVED };

struct advice {
    enum advice_kind kind;
    enum advice_confidence confidence;
    enum advice_reason reason;
    struct advise_site *site;
    const struct disguise *disguise; /* NULL: none */
    bool is_small;                   /* less than ADVICE_SHARE_LEAST of all allocations */
    uint64_t slots;                  /* POOL: how many; ARENA, STACK: 0 */
    uint64_t bytes; /* RESERVE: what to reserve; STACK: of the buffer; ARENA: of one activation */
    bool is_kept_buffer;   /* STACK: too large for the stack, or it lives between two calls */
    double per_activation; /* 0: not known */
    uint64_t steps, copied_bytes; /* RESERVE */
    uint64_t saves_allocations, saves_bytes;
};

/* Names as --kind and JSON have them. */
extern const char *const advice_kind_names[ADVICE_KINDS];
extern const char *const advice_confidence_names[3];

/* An advice about less than this share of the program's allocations is not worth a person's time.
 */
#define ADVICE_SHARE_LEAST 0.005

#endif
