/* SPDX-License-Identifier: Apache-2.0
 *
 * Where labels of a process come from: [LABEL=]env:VAR, [LABEL=]cgroup, [LABEL=]cmdline:REGEX,
 * [LABEL=]pid.  Only what is named is told: arguments and environments hold secrets.
 */
#ifndef MEMPROF_TOOLS_PUSH_LABEL_SOURCE_H
#define MEMPROF_TOOLS_PUSH_LABEL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "collector/base/error.h"
#include "collector/profile/pattern.h"
#include "tools/push/labels.h"

enum label_kind { LABEL_ENV, LABEL_CGROUP, LABEL_CMDLINE, LABEL_PID };

struct label_source {
    enum label_kind kind;
    char *label;    /* its name */
    char *variable; /* of LABEL_ENV */
    struct pattern *pattern;
};

struct label_sources {
    struct label_source *items;
    size_t count;
};

/* An error says what is wrong with it, in one line.  label_sources_deinit() it in any case. */
struct error *label_sources_add(struct label_sources *sources, const char *text, bool is_parca);
void label_sources_deinit(struct label_sources *sources);
/* NULL: no name of theirs is one of the labels, or twice there. */
struct error *label_sources_check(const struct label_sources *sources,
                                  const struct push_labels *labels);
/* Adds what is to be known of that process (in our pid namespace; 0: nothing).  False: no memory.
 */
bool label_sources_find(const struct label_sources *sources, pid_t pid, struct push_labels *labels);

/* The container's id in the text of /proc/PID/cgroup, or the last component of its path; NULL:
 * neither. */
const char *label_of_cgroup(char *text, size_t *length);

#endif
