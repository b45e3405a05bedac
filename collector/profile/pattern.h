/* SPDX-License-Identifier: Apache-2.0
 *
 * Regular expressions with pprof's syntax and meaning, which are RE2's.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_PATTERN_H
#define MEMPROF_COLLECTOR_PROFILE_PATTERN_H

#include "collector/base/error.h"

#include <stdbool.h>

struct pattern;

/* The error says what is wrong with the expression: "missing closing ]: [a-z". */
struct error *pattern_create(const char *expression, struct pattern **pattern);
void pattern_destroy(struct pattern *pattern); /* NULL is allowed */

/* Whether it matches somewhere in the text; in time linear in the text's length. */
bool pattern_matches(const struct pattern *pattern, const char *text);

#endif
