/* SPDX-License-Identifier: Apache-2.0
 *
 * What an argument of a command means: a file, a directory, or a process by its pid or name.
 */
#ifndef MEMPROF_TOOLS_ARGUMENT_H
#define MEMPROF_TOOLS_ARGUMENT_H

#include <stdbool.h>
#include <sys/types.h>

enum argument_kind {
    ARGUMENT_FILE,
    ARGUMENT_DIRECTORY,
    ARGUMENT_PROCESS,
    ARGUMENT_STATE, /* a process that /proc does not lead to: it is found by its state */
};

struct argument {
    const char *text; /* as it was typed; "-" is standard input, a file */
    enum argument_kind kind;
    pid_t pid;   /* of a process, in our pid namespace; 0: it is not to be seen from there */
    char *state; /* the path of ARGUMENT_STATE; the caller frees it */
};

/* Where only files and directories make sense; what is not there counts as a file. */
struct argument argument_of_file(const char *text);

/* Whether it is no file or directory but a pid, or a text that may name a process;
 * argument_resolve() finds out whether it does. */
bool argument_may_be_process(const char *text);

/* Digits are a pid.  What is there is a file or a directory, unless it is a program (its
 * first bytes say ELF or "#!"): that, and what is not there, names the process that runs it.
 * A process whose maps are closed to us, or that is in a pid namespace that we do not see, is meant
 * by what its state says of it.  -1: *argument is set; else the exit status, and `command` has said
 * why. */
int argument_resolve(const char *command, const char *text, struct argument *argument);

/* The same of a command line on which there is just one, behind the options (getopt's optind).
 * `missing` is said where there is none. */
int argument_only(const char *command, int argc, char **argv, const char *missing,
                  struct argument *argument);

#endif
