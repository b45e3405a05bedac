/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/marks.h"

#include <stddef.h>

#include "collector/base/clock.h"

static struct mark *find(struct marks *marks, uint64_t id)
{
    for (unsigned i = 0; i < MARKS_MAX; i++)
        if (marks->items[i].id == id)
            return &marks->items[i];
    return NULL;
}

struct mark *marks_add(struct marks *marks, pid_t pid, struct counts *counts)
{
    struct mark *mark = find(marks, 0);
    if (!mark)
        return NULL;
    *mark = (struct mark){++marks->last_id, pid, clock_now_ms(), *counts};
    *counts = (struct counts){0};
    return mark;
}

struct mark *marks_find(struct marks *marks, uint64_t id, pid_t pid)
{
    struct mark *mark = id ? find(marks, id) : NULL;
    return mark && mark->pid == pid ? mark : NULL;
}

void marks_remove(struct marks *marks, uint64_t id)
{
    struct mark *mark = id ? find(marks, id) : NULL;
    if (!mark)
        return;
    counts_deinit(&mark->counts);
    mark->id = 0;
}
