/* SPDX-License-Identifier: Apache-2.0
 *
 * Text in HTML.
 */
#ifndef MEMPROF_TOOLS_REPORT_HTML_H
#define MEMPROF_TOOLS_REPORT_HTML_H

#include <stdint.h>
#include <stdio.h>

/* As an element's or an attribute's text; what is no UTF-8, and what changes the direction of
 * text, becomes "?". */
void html_put_text(FILE *out, const char *text);
/* The same, cut to about `most` bytes, with "..." where something is missing. */
void html_put_short(FILE *out, const char *text, size_t most);
/* A value in pprof's units, or a plain number: "27.50MB", "12". */
void html_put_value(FILE *out, const char *unit, int64_t value);

#endif
