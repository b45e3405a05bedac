/* SPDX-License-Identifier: Apache-2.0
 *
 * What memprof-end needs of a C library.
 */
#ifndef MEMPROF_END_SUPPORT_H
#define MEMPROF_END_SUPPORT_H

#include <stdint.h>

/* Called by the entry point; never returns. */
void end_main(int argc, char **argv, char **envp) __attribute__((noreturn));

void end_exit(int status) __attribute__((noreturn));

/* A decimal number; digits after which something else stands end it. */
uint64_t end_number(const char *text);

/* Writes the strings up to NULL on descriptor 2 as one line, unless that would block. */
void end_say(const char *first, ...) __attribute__((sentinel));

#endif
