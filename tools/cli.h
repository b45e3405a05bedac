/* SPDX-License-Identifier: Apache-2.0
 *
 * What every command of memprof says and returns the same way: its exit
 * statuses, its error lines, and where it points for help.
 *
 * An error line is "memprof COMMAND: on what: why; try ...", on stderr.
 */
#ifndef MEMPROF_TOOLS_CLI_H
#define MEMPROF_TOOLS_CLI_H

#include <stdbool.h>

#include "collector/base/error.h"

enum cli_status {
    CLI_DONE = 0,
    CLI_NO = 1,     /* it was done, and the answer is no */
    CLI_CANNOT = 2, /* wrong usage, or it could not be done */
};

/* Prints one error line. */
void cli_complain(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints the error and destroys it; returns CLI_CANNOT. */
int cli_fail(const char *command, struct error *error);

/* One line: what is wrong with the usage and where help is; returns CLI_CANNOT. */
int cli_misuse(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints text on stdout; returns CLI_DONE, or CLI_CANNOT when stdout cannot take it. */
int cli_help(const char *command, const char *text);

/* Prints the version; returns like cli_help(). */
int cli_version(const char *command);

/* Prints text on stdout, at least `width` wide; control characters are replaced. */
void cli_put(const char *text, int width);

/* Prints a line of a text file the same way, but keeps its tabs, and adds a newline. */
void cli_put_line(const char *text);

/* Before anything else: opens what is closed of the standard descriptors, so that no file becomes
 * one of them, and remembers whether standard output was. */
void cli_init(void);

/* Flushes stdout; returns `status`, or CLI_CANNOT where it was closed from the start, the disk is
 * full or the reader of the pipe is gone. */
int cli_finish(const char *command, int status);

#endif
