/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/html.h"

#include <stdlib.h>
#include <string.h>

#include "collector/base/clean.h"
#include "collector/base/utf8.h"
#include "tools/measure.h"

void html_put_text(FILE *out, const char *text)
{
    html_put_short(out, text, SIZE_MAX);
}

void html_put_short(FILE *out, const char *text, size_t most)
{
    size_t length = strlen(text), kept = length;
    if (length > most) /* not in the middle of a character */
        for (kept = most; kept && ((unsigned char)text[kept] & 0xc0) == 0x80;)
            kept--;
    char *copy = strndup(text, kept);
    if (!copy)
        return;
    clean_text(copy);
    for (const char *at = copy; *at; at++) {
        if (strchr("<>&\"'", *at))
            fprintf(out, "&#%u;", (unsigned char)*at);
        else
            fputc(*at, out);
    }
    if (kept < length)
        fputs("...", out);
    free(copy);
}

void html_put_value(FILE *out, const char *unit, int64_t value)
{
    char text[MEASURE_TEXT];
    html_put_text(out, measure_alone(text, unit, value));
}
