/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages that people read: an index of all processes, and that of one.
 */
#ifndef MEMPROF_TOOLS_SERVE_PAGE_H
#define MEMPROF_TOOLS_SERVE_PAGE_H

#include <stdio.h>

#include "tools/ps/selection.h"
#include "tools/serve/targets.h"

/* Content-Security-Policy of all answers: no script, nothing from elsewhere, not in a frame;
 * one style, by the SHA-256 of its text, which a test compares. */
#define PAGE_STYLE_HASH "sha256-pUlJgyaBhjVv47AwvzcnVl7ISmBFfR0eLBk64eO5Y6M="
#define PAGE_POLICY                                                                                \
    "default-src 'none'; style-src '" PAGE_STYLE_HASH "'; frame-ancestors 'none'; "                \
    "base-uri 'none'; form-action 'none'"

/* With a timeline for each process whose rings were read; `url` is that of this page. */
void page_put_index(FILE *out, const struct ps_list *list, const char *url);
/* The links to a process's profiles. */
void page_put_process(FILE *out, const struct target *target);
/* Text: why there is no process to speak of without a pid, and which there are. */
void page_put_choice(FILE *out, const struct targets *targets);

#endif
