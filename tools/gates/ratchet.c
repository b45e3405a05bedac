/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/gates/ratchet.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/date.h"
#include "tools/small_file.h"

#define FIELDS 5

static const char default_head[] =
    "# The best values seen, which 'memprof diff --ratchet' holds new ones to.\n";

/* --- entries --- */

static char *escape(const char *text, size_t length)
{
    char *out = malloc(4 * length + 1), *at = out;
    for (size_t i = 0; out && i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c <= ' ' || c == 0x7f)
            at += sprintf(at, "\\x%02x", c);
        else
            *at++ = (char)c;
    }
    if (out)
        *at = '\0';
    return out;
}

/* The caller frees it; NULL: no memory. */
static char *key_of(const char *program, const struct gate_spec *spec)
{
    char *name = escape(program, strlen(program)), *gate = escape(spec->text, spec->key_length);
    char *key = NULL;
    if (name && gate && asprintf(&key, "%s %s", *name ? name : "-", gate) < 0)
        key = NULL;
    free(name);
    free(gate);
    return key;
}

/* The index of the key, or the one at which it belongs. */
static size_t find(const struct ratchet *ratchet, const char *key, bool *is_there)
{
    size_t low = 0, high = ratchet->count;
    *is_there = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(ratchet->entries[middle].key, key);
        *is_there |= order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Takes the texts of the entry over; of two with one key the lower value stays. */
static bool put(struct ratchet *ratchet, struct ratchet_entry entry)
{
    bool is_there;
    size_t index = find(ratchet, entry.key, &is_there);
    struct ratchet_entry *moved =
        realloc(ratchet->entries, (ratchet->count + 1) * sizeof *ratchet->entries);
    if (moved)
        ratchet->entries = moved;
    if (!moved || (is_there && !(entry.value < moved[index].value))) {
        free(entry.key);
        free(entry.commit);
        return moved != NULL;
    }
    ratchet->is_changed = true;
    if (is_there) {
        free(moved[index].key);
        free(moved[index].commit);
    } else {
        memmove(moved + index + 1, moved + index, (ratchet->count - index) * sizeof *moved);
        ratchet->count++;
    }
    moved[index] = entry;
    return true;
}

const struct ratchet_entry *ratchet_find(const struct ratchet *ratchet, const char *program,
                                         const struct gate_spec *spec, struct error **error)
{
    bool is_there = false;
    char *key = key_of(program, spec);
    size_t index = key ? find(ratchet, key, &is_there) : 0;
    *error = key ? NULL : error_no_memory();
    free(key);
    return is_there ? &ratchet->entries[index] : NULL;
}

struct error *ratchet_note(struct ratchet *ratchet, const char *program,
                           const struct gate_spec *spec, double value, const char *commit)
{
    struct ratchet_entry entry = {key_of(program, spec), value, date_today(), strdup(commit)};
    if (!entry.key || !entry.commit) {
        free(entry.key);
        free(entry.commit);
        return error_no_memory();
    }
    return put(ratchet, entry) ? NULL : error_no_memory();
}

/* --- the file --- */

/* What ratchet_write() wrote: digits, a point and an exponent; no sign, no infinity. */
static bool read_value(const char *text, double *value)
{
    char *end;
    if (!isdigit((unsigned char)text[0]) || text[strspn(text, "0123456789.e+-")])
        return false;
    *value = strtod(text, &end);
    return *end == '\0' && isfinite(*value);
}

static struct error *read_line(struct ratchet *ratchet, char *line)
{
    char *fields[FIELDS + 1], *rest = line, *field;
    size_t count = 0;
    struct ratchet_entry entry = {NULL, 0, 0, NULL};
    while (count <= FIELDS && (field = strsep(&rest, " ")))
        fields[count++] = field;
    if (count != FIELDS || !*fields[0] || !*fields[1] || !*fields[4] ||
        !read_value(fields[2], &entry.value) || !date_parse(fields[3], &entry.date))
        return error_create("is no 'PROGRAM GATE VALUE DATE COMMIT'");
    if (asprintf(&entry.key, "%s %s", fields[0], fields[1]) < 0)
        entry.key = NULL;
    entry.commit = strdup(fields[4]);
    if (!entry.key || !entry.commit) {
        free(entry.key);
        free(entry.commit);
        return error_no_memory();
    }
    return put(ratchet, entry) ? NULL : error_no_memory();
}

static bool add_head(struct ratchet *ratchet, const char *line)
{
    char *head;
    if (asprintf(&head, "%s%s\n", ratchet->head ? ratchet->head : "", line) < 0)
        return false;
    free(ratchet->head);
    ratchet->head = head;
    return true;
}

static struct error *take_line(struct ratchet *ratchet, char *line, const char *path, size_t number)
{
    line[strcspn(line, "\r")] = '\0';
    if (*line == '\0')
        return NULL;
    if (*line == '#')
        return add_head(ratchet, line) ? NULL : error_no_memory();
    struct error *reason = read_line(ratchet, line);
    if (!reason || reason == error_no_memory())
        return reason;
    struct error *error =
        error_create("%s:%zu: %s; try to take the line out", path, number, error_message(reason));
    error_destroy(reason);
    return error;
}

struct error *ratchet_parse(struct ratchet *ratchet, const char *bytes, size_t count,
                            const char *path)
{
    *ratchet = (struct ratchet){.count = 0};
    struct error *error = NULL;
    if (memchr(bytes, '\0', count))
        return error_create("%s: it has a NUL byte, and is no ratchet", path);
    size_t number = 0;
    for (size_t at = 0, length; at < count && !error; at += length + 1) {
        const char *end = memchr(bytes + at, '\n', count - at);
        length = end ? (size_t)(end - bytes) - at : count - at;
        char *line = strndup(bytes + at, length);
        error = line ? take_line(ratchet, line, path, ++number) : error_no_memory();
        free(line);
    }
    ratchet->is_changed = false;
    return error;
}

struct error *ratchet_read(struct ratchet *ratchet, const char *path, bool may_be_new)
{
    char *bytes;
    size_t count;
    int number;
    *ratchet = (struct ratchet){.count = 0};
    struct error *error = small_file_read(path, &bytes, &count, &number);
    if (!error)
        error = ratchet_parse(ratchet, bytes, count, path);
    else if (number == ENOENT && may_be_new) {
        error_destroy(error);
        return NULL;
    }
    free(bytes);
    return error;
}

static void print(const struct ratchet *ratchet, FILE *file)
{
    fputs(ratchet->head ? ratchet->head : default_head, file);
    for (size_t i = 0; i < ratchet->count; i++) {
        const struct ratchet_entry *entry = &ratchet->entries[i];
        char date[DATE_TEXT];
        fprintf(file, "%s %.17g %s %s\n", entry->key, entry->value, date_text(date, entry->date),
                entry->commit);
    }
}

struct error *ratchet_write(const struct ratchet *ratchet, const char *path)
{
    char *text = NULL;
    size_t length;
    if (!ratchet->is_changed)
        return NULL;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        return error_no_memory();
    print(ratchet, file);
    bool is_whole = !ferror(file);
    struct error *error =
        fclose(file) != 0 || !is_whole ? error_no_memory() : small_file_replace(path, text, length);
    free(text);
    return error;
}

void ratchet_deinit(struct ratchet *ratchet)
{
    for (size_t i = 0; i < ratchet->count; i++) {
        free(ratchet->entries[i].key);
        free(ratchet->entries[i].commit);
    }
    free(ratchet->entries);
    free(ratchet->head);
    *ratchet = (struct ratchet){.count = 0};
}
