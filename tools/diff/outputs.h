/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a report goes: to standard output in one format, and to files in others.
 */
#ifndef MEMPROF_TOOLS_DIFF_OUTPUTS_H
#define MEMPROF_TOOLS_DIFF_OUTPUTS_H

#include "tools/diff/formats.h"

struct output_file {
    const struct format *format;
    const char *path;
};

struct outputs {
    const struct format *format; /* of standard output */
    struct output_file *files;
    size_t file_count;
    const char *delta; /* file of the difference as a profile; NULL: none */
};

/* Takes "FORMAT=FILE"; the text must outlive the outputs. */
struct error *outputs_add(struct outputs *outputs, const char *text);
void outputs_deinit(struct outputs *outputs);

#endif
