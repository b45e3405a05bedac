/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/labels.h"

#include <stdlib.h>
#include <string.h>

#include "collector/base/utf8.h"

#define LETTERS     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS      "0123456789"
#define NAME_BYTES  128
#define VALUE_BYTES 1024

void push_labels_deinit(struct push_labels *labels)
{
    for (size_t i = 0; i < labels->count; i++) {
        free(labels->items[i].name);
        free(labels->items[i].value);
    }
    free(labels->items);
    *labels = (struct push_labels){.count = 0};
}

bool push_is_app_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= NAME_BYTES && name[strspn(name, LETTERS DIGITS "-._/:")] == '\0';
}

struct error *push_label_check_name(const char *name, bool is_parca)
{
    const char *allowed = is_parca ? LETTERS DIGITS "_" : LETTERS DIGITS "_.";
    if (!*name || strlen(name) > NAME_BYTES || strchr(DIGITS, *name) ||
        name[strspn(name, allowed)] != '\0')
        return error_create("label '%s': a name has letters, digits%s and _, and does not begin "
                            "with a digit",
                            name, is_parca ? "" : ", .");
    if (strncmp(name, "__", 2) == 0 || strcmp(name, PUSH_LABEL_END) == 0 ||
        strcmp(name, "service_name") == 0 || (is_parca && strcmp(name, "job") == 0))
        return error_create("label '%s': memprof push sets it itself", name);
    return NULL;
}

bool push_labels_has(const struct push_labels *labels, const char *name)
{
    for (size_t i = 0; i < labels->count; i++)
        if (strcmp(labels->items[i].name, name) == 0)
            return true;
    return false;
}

/* What would end a value, or the name of a series, in Pyroscope's query; control characters. */
static bool is_allowed(char c)
{
    return (unsigned char)c >= 0x20 && c != 0x7f && !strchr("{},=\"\\", c);
}

static bool append(struct push_labels *labels, const char *name, const char *value, size_t length)
{
    struct push_label *items = realloc(labels->items, (labels->count + 1) * sizeof *items);
    if (!items)
        return false;
    labels->items = items;
    items[labels->count] = (struct push_label){strdup(name), strndup(value, length)};
    return items[labels->count].name && items[labels->count++].value;
}

struct error *push_labels_add(struct push_labels *labels, const char *name, const char *value,
                              bool is_parca)
{
    struct error *error = push_label_check_name(name, is_parca);
    size_t length = strlen(value);
    if (error)
        return error;
    if (push_labels_has(labels, name))
        return error_create("label '%s' is given twice", name);
    if (length == 0 || length > VALUE_BYTES)
        return error_create("label '%s': a value has 1 to %d bytes", name, VALUE_BYTES);
    for (size_t i = 0; i < length;) {
        size_t bytes = utf8_length(value + i, length - i);
        if (bytes == 0 || !is_allowed(value[i]))
            return error_create("label '%s': its value has a character that is none of a label: "
                                "{ } , = \" \\, a control character or broken UTF-8",
                                name);
        i += bytes;
    }
    return append(labels, name, value, length) ? NULL : error_no_memory();
}

bool push_labels_add_found(struct push_labels *labels, const char *name, const char *value,
                           size_t length)
{
    if (length > VALUE_BYTES)
        length = VALUE_BYTES;
    if (length == 0)
        return true;
    if (!append(labels, name, value, length))
        return false;
    char *text = labels->items[labels->count - 1].value;
    utf8_sanitize(text, strlen(text));
    for (; *text; text++)
        if (!is_allowed(*text))
            *text = '_';
    return true;
}

bool push_labels_copy(struct push_labels *labels, const struct push_labels *from)
{
    for (size_t i = 0; i < from->count; i++)
        if (!append(labels, from->items[i].name, from->items[i].value,
                    strlen(from->items[i].value)))
            return false;
    return true;
}
