/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/shell.h"

#include <string.h>

#include "collector/base/clean.h"

void shell_put_quoted(FILE *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./+,:@%=-";
    if (text[strspn(text, plain)] == '\0' && text[0] != '-') {
        fputs(text, out);
        return;
    }
    fputs(text[0] == '-' ? "./'" : "'", out);
    for (size_t length; *text; text += length) {
        length = strcspn(text, "'");
        clean_put(out, text, length);
        if (text[length] == '\'' && ++length)
            fputs("'\\''", out);
    }
    fputc('\'', out);
}
