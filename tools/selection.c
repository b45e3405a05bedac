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

bool selection_matches(const struct selection *selection, const char *exe, uint64_t samples)
{
    const char *only = selection->only;
    bool has_name = !only || fnmatch(only, strchr(only, '/') ? exe : path_base(exe), 0) == 0;
    return has_name && samples >= selection->min_samples;
}

bool selection_takes(struct selection *selection, const struct state_entry *entry)
{
    const char *exe = entry->exe ? entry->exe : "?";
    if (selection_matches(selection, exe, entry->samples))
        return true;
    note(selection, path_base(exe));
    return false;
}
