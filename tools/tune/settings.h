/* SPDX-License-Identifier: Apache-2.0
 *
 * The settings of allocators that `memprof tune` tries: each is a few variables of the environment.
 */
#ifndef MEMPROF_TOOLS_TUNE_SETTINGS_H
#define MEMPROF_TOOLS_TUNE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/base/error.h"

#define TUNE_VARIABLES_MAX 8

struct tune_setting {
    char *name;
    char *variables[TUNE_VARIABLES_MAX]; /* NAME=VALUE */
    size_t variable_count;
};

struct tune_settings {
    struct tune_setting *items; /* the first one changes nothing */
    size_t count;
};

/* glibc's, and those of the allocators that are installed; with a file those that it has instead, a
 * line each: NAME VARIABLE=VALUE...  tune_settings_deinit() them in any case. */
struct error *tune_settings_init(struct tune_settings *settings, const char *file);
void tune_settings_deinit(struct tune_settings *settings);

/* Puts a setting into our environment, beside what is there: LD_PRELOAD gets `first` (NULL:
 * nothing) in front, and the user's behind; GLIBC_TUNABLES and MALLOC_CONF are added to the user's.
 */
struct error *tune_settings_apply(const struct tune_setting *setting, const char *first);
/* The environment as it was before the first one was applied. */
void tune_settings_restore(void);

#endif
