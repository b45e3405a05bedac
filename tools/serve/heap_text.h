/* SPDX-License-Identifier: Apache-2.0
 *
 * A heap profile in the text form that Go's `?debug=1` and gperftools have, and pprof reads.
 */
#ifndef MEMPROF_TOOLS_SERVE_HEAP_TEXT_H
#define MEMPROF_TOOLS_SERVE_HEAP_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "collector/profile/profile.h"

/* Of a profile with our four types.  False: no memory; whether `out` took it, ferror() says. */
bool heap_text_write(FILE *out, const struct profile *profile);

#endif
