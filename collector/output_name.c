/* SPDX-License-Identifier: Apache-2.0
 *
 * What a state says may fill in a part of a name; it never adds a directory.
 */
#include "collector/output_name.h"
#include "collector/base/clean.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Makes a text fit for a part of a file name: without slashes, without bytes that a terminal
 * should not get, and without a dot in front, which would hide the file. */
static void add_component(FILE *out, const char *text)
{
    if (!*text || strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
        text = "unknown";
    char *cleaned = strdup(text);
    if (cleaned)
        clean_text(cleaned);
    for (size_t i = 0; text[i]; i++) {
        bool is_kept = cleaned && cleaned[i] == text[i] && text[i] != '/';
        fputc(is_kept && (i > 0 || text[i] != '.') ? text[i] : '_', out);
    }
    free(cleaned);
}

static void add_time(FILE *out, uint64_t start_ns)
{
    char text[32] = "";
    struct tm local;
    time_t seconds = (time_t)(start_ns / 1000000000);
    if (localtime_r(&seconds, &local))
        strftime(text, sizeof(text), "%Y%m%d-%H%M%S", &local);
    add_component(out, text);
}

char *output_expand(const char *template, const struct state_info *info)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    for (const char *at = template; *at; at++) {
        if (*at != '%' || !at[1]) {
            fputc(*at, out);
            continue;
        }
        switch (*++at) {
        case 'e':
            add_component(out, info->comm);
            break;
        case 'p':
            fprintf(out, "%u", info->pid);
            break;
        case 't':
            add_time(out, info->start_ns);
            break;
        case '%':
            fputc('%', out);
            break;
        default:
            fprintf(out, "%%%c", *at);
            break;
        }
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
