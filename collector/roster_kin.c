/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/roster_kin.h"

#include "collector/roster_process.h"

#define ANCESTORS_MOST 64 /* between a process and a recorded one that it descends from */

/* Where both are seen in /proc, by the parents there; else by what the states say. */
static bool is_child(const struct roster_entry *entry, const struct roster_entry *parent)
{
    if (entry->fault || parent->fault || parent == entry)
        return false;
    if (entry->process && parent->process)
        return entry->parent == parent->process;
    return !entry->process && !parent->process &&
           entry->vitals.pid_namespace == parent->vitals.pid_namespace &&
           entry->vitals.parent == parent->vitals.pid &&
           parent->vitals.start_ns <= entry->vitals.start_ns;
}

const struct roster_entry *roster_parent(const struct roster *roster,
                                         const struct roster_entry *entry)
{
    struct roster_entry at = *entry;
    for (int i = 0; i < ANCESTORS_MOST; i++) {
        for (size_t k = 0; k < roster->count; k++)
            if (&roster->entries[k] != entry && is_child(&at, &roster->entries[k]))
                return &roster->entries[k];
        struct roster_process process;
        if (at.parent <= 1 || !roster_process_read(&process, at.parent))
            return NULL;
        at.parent = process.parent; /* past one that is not recorded */
    }
    return NULL;
}

bool roster_descends(const struct roster *roster, const struct roster_entry *entry,
                     const struct roster_entry *ancestor)
{
    for (size_t i = 0; entry && i <= roster->count; i++) {
        if (entry == ancestor)
            return true;
        entry = roster_parent(roster, entry);
    }
    return false;
}
