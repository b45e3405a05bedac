/* SPDX-License-Identifier: Apache-2.0
 *
 * The settings of the preloaded library: MEMPROF_* variables, each with a flag
 * of `memprof run`.  The library falls back to a default when a value makes no
 * sense; a command refuses it before anything is started.
 */
#ifndef MEMPROF_TOOLS_SETTINGS_H
#define MEMPROF_TOOLS_SETTINGS_H

#include <stddef.h>

#include "collector/base/error.h"

struct setting {
    const char *variable;
    const char *flag;                         /* long option without the dashes */
    int letter;                               /* short option; 0: none */
    struct error *(*check)(const char *text); /* NULL: any text will do */
};

extern const struct setting settings[];
extern const size_t settings_count;

/* Checks a value for MEMPROF_OUT: its escapes must be known, and its directory writable. */
struct error *settings_check_output(const char *text);

/* The template that an --output stands for: a directory, which ends in a slash or is one
 * already (but for a name like a profile's), gets the default name in it; a missing one is made.
 * The caller frees it. */
struct error *settings_expand_output(const char *text, char **expanded);

/* Checks a flag's value and puts it into this process's environment. */
struct error *settings_set(const struct setting *setting, const char *text);

/* Sets MEMPROF_LIFETIMES, as settings_set(); NULL: the usual number of windows. */
struct error *settings_set_lifetimes(const char *text);

/* Checks every variable that is set, as the environment has it. */
struct error *settings_check_environment(void);

#endif
