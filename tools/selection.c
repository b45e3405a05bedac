/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges states by their programs and samples.
 */
#include "tools/selection.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "collector/base/path.h"

static void note(struct selection *selection, const char *name)
{
    size_t length = strlen(selection->names);
    selection->left_out++;
    if (!strstr(selection->names, name) && length + strlen(name) + 3 < sizeof selection->names)
        snprintf(selection->names + length, sizeof selection->names - length, "%s%s",
                 length ? ", " : "", name);
}

bool selection_takes(struct selection *selection, const struct state_entry *entry)
{
    const char *exe = entry->exe ? entry->exe : "?", *only = selection->only;
    bool has_name = !only || fnmatch(only, strchr(only, '/') ? exe : path_base(exe), 0) == 0;
    if (has_name && entry->samples >= selection->min_samples)
        return true;
    note(selection, path_base(exe));
    return false;
}
