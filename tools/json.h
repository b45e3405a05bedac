/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings and numbers as JSON has them.
 */
#ifndef MEMPROF_TOOLS_JSON_H
#define MEMPROF_TOOLS_JSON_H

#include <stdio.h>

/* With its quotes.  Any bytes give a valid string: what is no UTF-8 becomes U+FFFD, and "<" is
 * escaped, so that it cannot end a script that the text is put into. */
void json_put_text(FILE *out, const char *text);
/* A text that others wrote, without what a terminal would act on. */
void json_put_clean(FILE *out, const char *text);
/* A member of an object, whose value is a text. */
void json_put_member(FILE *out, const char *key, const char *text);
/* JSON has no infinity: null. */
void json_put_number(FILE *out, double number);

#endif
