/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/xml.h"

#include <stdbool.h>
#include <string.h>

#include "collector/base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* What stands for a character; NULL: it is itself.  In an attribute white space would become
 * spaces, at an element's end of a line a carriage return would be lost. */
static const char *escape_of(char c, bool is_attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\t':
        return is_attribute ? "&#9;" : NULL;
    case '\n':
        return is_attribute ? "&#10;" : NULL;
    case '\r':
        return "&#13;";
    }
    return (unsigned char)c < ' ' ? REPLACEMENT : NULL;
}

static void put(FILE *out, const char *text, bool is_attribute)
{
    size_t left = strlen(text);
    for (size_t step; left > 0; text += step, left -= step) {
        step = utf8_length(text, left);
        const char *escape = step == 0 ? REPLACEMENT : escape_of(*text, is_attribute);
        if (step == 3 &&
            (memcmp(text, "\xef\xbf\xbe", 3) == 0 || memcmp(text, "\xef\xbf\xbf", 3) == 0))
            escape = REPLACEMENT;
        if (step == 0)
            step = 1;
        if (escape)
            fputs(escape, out);
        else
            fwrite(text, 1, step, out);
    }
}

void xml_put_text(FILE *out, const char *text)
{
    put(out, text, false);
}

void xml_put_attribute(FILE *out, const char *text)
{
    put(out, text, true);
}
