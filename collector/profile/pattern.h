/* SPDX-License-Identifier: Apache-2.0
 *
 * Regular expressions with pprof's syntax and meaning, which are RE2's.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_PATTERN_H
#define MEMPROF_COLLECTOR_PROFILE_PATTERN_H

#include "collector/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct pattern;

/* The error says what is wrong with the expression: "missing closing ]: [a-z". */
struct error *pattern_create(const char *expression, struct pattern **pattern);
void pattern_destroy(struct pattern *pattern); /* NULL is allowed */

/* For pattern_capture(), too, which makes it slower. */
struct error *pattern_create_capturing(const char *expression, struct pattern **pattern);

/* The first place where it matches: what its first group matched there (of an expression without
 * a group: the whole match), inside `text`.  False: it does not match. */
bool pattern_capture(const struct pattern *pattern, const char *text, const char **captured,
                     size_t *length);

/* Whether it matches somewhere in the text; in time linear in the text's length. */
bool pattern_matches(const struct pattern *pattern, const char *text);

#endif
