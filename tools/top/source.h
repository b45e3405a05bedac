/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of a source file that a profile names.
 */
#ifndef MEMPROF_TOOLS_TOP_SOURCE_H
#define MEMPROF_TOOLS_TOP_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"

struct source {
    char *text;
    char **lines; /* without their newlines; lines[0] is line 1 */
    size_t count;
    uint64_t modified_ns; /* when the file was changed last, by CLOCK_REALTIME */
};

/* Looks for the file as it is named, then below each of the directories (separated by
 * colons; NULL: the current one) and their parents: the whole name, what follows a
 * component that is called like the directory, and the last component.  source_deinit() it in any
 * case. */
struct error *source_read(struct source *source, const char *file, const char *directories);
void source_deinit(struct source *source);

#endif
