/* SPDX-License-Identifier: Apache-2.0
 *
 * Names in commands that a person may copy.
 */
#ifndef MEMPROF_TOOLS_SHELL_H
#define MEMPROF_TOOLS_SHELL_H

#include <stdio.h>

/* As a shell takes it: quoted where it has to be, cleaned, and not to be taken for an option. */
void shell_put_quoted(FILE *out, const char *text);

#endif
