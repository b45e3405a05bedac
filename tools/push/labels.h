/* SPDX-License-Identifier: Apache-2.0
 *
 * Labels: by them a server tells one series from another.  Which names and values are allowed is
 * what Pyroscope's and Parca's parsers take without a change.
 */
#ifndef MEMPROF_TOOLS_PUSH_LABELS_H
#define MEMPROF_TOOLS_PUSH_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/base/error.h"

#define PUSH_LABEL_END "memprof_end" /* of the last push of a process: exit, killed, exec */

struct push_label {
    char *name, *value;
};

struct push_labels {
    struct push_label *items;
    size_t count;
};

void push_labels_deinit(struct push_labels *labels);

/* The name of an application: letters, digits, and "-._/:". */
bool push_is_app_name(const char *name);
/* Whether a label may have that name; an error says why not.  Parca takes no dot. */
struct error *push_label_check_name(const char *name, bool is_parca);

/* Adds one that the user typed.  An error: a name that is not allowed, one that is there already,
 * or a value that would end early. */
struct error *push_labels_add(struct push_labels *labels, const char *name, const char *value,
                              bool is_parca);
/* Adds one whose value was found: what is not allowed in it becomes "_"; an empty one is left out.
 * The name was checked.  False: no memory. */
bool push_labels_add_found(struct push_labels *labels, const char *name, const char *value,
                           size_t length);
bool push_labels_has(const struct push_labels *labels, const char *name);
/* Adds copies of all of them; false: no memory. */
bool push_labels_copy(struct push_labels *labels, const struct push_labels *from);

#endif
