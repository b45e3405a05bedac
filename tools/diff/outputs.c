/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/outputs.h"

#include <stdlib.h>
#include <string.h>

struct error *outputs_add(struct outputs *outputs, const char *text)
{
    const char *equals = strchr(text, '=');
    const struct format *format = equals ? format_find(text, (size_t)(equals - text)) : NULL;
    if (!equals || !equals[1])
        return error_create("--output: '%s' has no file; try json=FILE", text);
    if (strcmp(equals + 1, "-") == 0)
        return error_create("--output: '%s': standard output has --format", text);
    if (!format)
        return error_create("--output: the format of '%s' is unknown; try %s", text,
                            format_names());
    for (size_t i = 0; i < outputs->file_count; i++)
        if (strcmp(outputs->files[i].path, equals + 1) == 0)
            return error_create("--output: '%s' is given twice; try another name", equals + 1);
    struct output_file *moved =
        realloc(outputs->files, (outputs->file_count + 1) * sizeof *outputs->files);
    if (!moved)
        return error_no_memory();
    outputs->files = moved;
    moved[outputs->file_count++] = (struct output_file){format, equals + 1};
    return NULL;
}

void outputs_deinit(struct outputs *outputs)
{
    free(outputs->files);
}
