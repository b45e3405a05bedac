/* SPDX-License-Identifier: Apache-2.0
 *
 * What a worker answers with: a file in memory that nobody can change any more, so that the
 * server may send it while it is being looked at.
 */
#ifndef MEMPROF_TOOLS_SERVE_BODY_H
#define MEMPROF_TOOLS_SERVE_BODY_H

#include <stdio.h>

#include "collector/base/error.h"

/* Opens one; *out writes to it.  body_finish() or body_drop() it. */
struct error *body_open(FILE **out);
/* Closes *out; the descriptor is the caller's. */
struct error *body_finish(FILE *out, int *fd);
void body_drop(FILE *out);

#endif
