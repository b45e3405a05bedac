/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof stat` prints of its values.
 */
#ifndef MEMPROF_TOOLS_STAT_PRINT_H
#define MEMPROF_TOOLS_STAT_PRINT_H

#include "tools/stat/values.h"

/* On stdout; `base` NULL: nothing is compared.  `directory` is where the result is kept. */
void stat_print_text(const struct stat_values *values, const struct stat_values *base,
                     const char *directory);
/* False: no memory. */
bool stat_print_json(const struct stat_values *values, const struct stat_values *base,
                     const char *directory);

#endif
