/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that need a library which the others should not have to load are programs of their
 * own, beside `memprof`.
 */
#ifndef MEMPROF_TOOLS_COMPANION_H
#define MEMPROF_TOOLS_COMPANION_H

/* Where a program beside this one would be; the caller frees it.  NULL: no memory. */
char *companion_path(const char *program);

/* Becomes `program` with the command's own arguments; returns only where that fails: says why
 * and returns CLI_CANNOT. */
int companion_become(const char *command, const char *program, char **argv);

#endif
