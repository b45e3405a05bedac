/* SPDX-License-Identifier: Apache-2.0
 *
 * The best values that were ever seen, so that many small steps are one large one: a text file
 * with a line for each program and gate, sorted by both,
 *
 *     PROGRAM GATE VALUE DATE COMMIT
 *
 * where GATE is what stands before the limit.  A blank in a name is written as \x20, which means
 * the same in a regular expression.  Where two lines are of one gate (two branches were merged),
 * the lower value counts.
 */
#ifndef MEMPROF_TOOLS_GATES_RATCHET_H
#define MEMPROF_TOOLS_GATES_RATCHET_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/base/error.h"
#include "tools/gates/spec.h"

struct ratchet_entry {
    char *key; /* "PROGRAM GATE" */
    double value;
    int date; /* as date_today() has it */
    char *commit;
};

struct ratchet {
    struct ratchet_entry *entries; /* sorted, one of each key */
    size_t count;
    char *head; /* the comments that the file begins with */
    bool is_changed;
};

/* A file that is missing is an error unless it `may_be_new`.  ratchet_deinit() it in any case. */
struct error *ratchet_read(struct ratchet *ratchet, const char *path, bool may_be_new);
/* The same of bytes. */
struct error *ratchet_parse(struct ratchet *ratchet, const char *bytes, size_t count,
                            const char *path);
void ratchet_deinit(struct ratchet *ratchet);

/* The best value of a gate in a program; NULL: none was seen.  It stays the ratchet's, until a
 * value is noted.  *error is set when there is no memory. */
const struct ratchet_entry *ratchet_find(const struct ratchet *ratchet, const char *program,
                                         const struct gate_spec *spec, struct error **error);

/* Notes a value, if it is better than the one that is there. */
struct error *ratchet_note(struct ratchet *ratchet, const char *program,
                           const struct gate_spec *spec, double value, const char *commit);

/* Replaces the file in one step, if anything has changed. */
struct error *ratchet_write(const struct ratchet *ratchet, const char *path);

#endif
