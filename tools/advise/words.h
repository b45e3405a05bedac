/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of an advice in sentences, the same in all formats.
 */
#ifndef MEMPROF_TOOLS_ADVISE_WORDS_H
#define MEMPROF_TOOLS_ADVISE_WORDS_H

#include <stdio.h>

#include "collector/advise/advice.h"

/* What to write in the program; for an advice against a change, why. */
void words_remedy(FILE *out, const struct advice *advice);
/* Why it may be done: what was seen in this run. */
void words_reason(FILE *out, const struct advice *advice);
/* Whether most of the blocks are one activation's. */
bool words_is_one_call(const struct advice *advice);
/* "function (file:line)", as far as it is known. */
void words_place(FILE *out, const struct advise_place *place);

/* What one of these says, as a text that the caller frees; NULL: no memory. */
char *words_text(void (*words)(FILE *out, const struct advice *advice),
                 const struct advice *advice);

#endif
