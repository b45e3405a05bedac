/* SPDX-License-Identifier: Apache-2.0
 *
 * What a comparison of one number answers: it changed, it did not within what can be seen, or it
 * cannot be told, and what would be needed.
 */
#ifndef MEMPROF_TOOLS_DIFF_ANSWER_H
#define MEMPROF_TOOLS_DIFF_ANSWER_H

#include "collector/profile/judge.h"

#define ANSWER_CONFIDENCE 0.95
#define ANSWER_REACH      0.1 /* of the base: an interval that reaches further tells nothing */
#define ANSWER_TEXT       128

enum answer { ANSWER_CHANGE, ANSWER_NO_CHANGE, ANSWER_CANNOT_TELL };
extern const char *const answer_names[]; /* "change", "no change", "cannot tell" */

enum answer answer_of(const struct judged *judged);

/* What is missing where it cannot be told. */
struct needs answer_needs(const struct judged *judged);
/* "needs interval <= 64K or >= 12 runs a side". */
char *answer_needs_text(char text[static ANSWER_TEXT], struct needs needs);

/* "1 run each", "3 and 5 runs". */
char *answer_runs_text(char text[static ANSWER_TEXT], const struct judged *judged);

#endif
