/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/formats.h"

#include <string.h>

#define FORMAT_ENTRY(name) {#name, format_##name},
static const struct format formats[] = {FORMAT_TABLE(FORMAT_ENTRY)};
#undef FORMAT_ENTRY

const struct format *format_find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strlen(formats[i].name) == length && strncmp(formats[i].name, name, length) == 0)
            return &formats[i];
    return NULL;
}

const char *format_names(void)
{
#define FORMAT_WORD(name) ", " #name
    static const char names[] = FORMAT_TABLE(FORMAT_WORD);
#undef FORMAT_WORD
    return names + 2;
}
