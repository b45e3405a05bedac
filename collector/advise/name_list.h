/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of functions as one text: separated by "|"; one that ends in "*" is the beginning of a
 * name.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_NAME_LIST_H
#define MEMPROF_COLLECTOR_ADVISE_NAME_LIST_H

#include <stdbool.h>

/* Whether one of the functions is what `name` begins with, up to its argument list or its end. */
bool advise_is_one_of(const char *functions, const char *name);

#endif
