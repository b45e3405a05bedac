/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/clean.h"
#include "collector/base/utf8.h"

void json_put_text(FILE *out, const char *text)
{
    size_t left = strlen(text);
    fputc('"', out);
    for (size_t step; left > 0; text += step, left -= step) {
        unsigned char c = (unsigned char)*text;
        step = utf8_length(text, left);
        if (step == 0) {
            fputs("\\ufffd", out);
            step = 1;
        } else if (c == '"' || c == '\\') {
            fprintf(out, "\\%c", c);
        } else if (c < ' ' || c == 0x7f || c == '<') {
            fprintf(out, "\\u%04x", c);
        } else {
            fwrite(text, 1, step, out);
        }
    }
    fputc('"', out);
}

void json_put_clean(FILE *out, const char *text)
{
    char *copy = strdup(text);
    json_put_text(out, copy ? clean_text(copy) : "");
    free(copy);
}

void json_put_member(FILE *out, const char *key, const char *text)
{
    fprintf(out, "\"%s\":", key);
    json_put_text(out, text);
}

void json_put_number(FILE *out, double number)
{
    if (isfinite(number))
        fprintf(out, "%.17g", number);
    else
        fputs("null", out);
}
