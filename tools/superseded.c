/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/superseded.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "collector/vitals.h"

static bool has_younger(const struct state_list *states, const struct state_entry *entry)
{
    for (size_t i = 0; i < states->count; i++)
        if (states->entries[i].is_valid && states->entries[i].start_ns > entry->start_ns &&
            strcmp(states->entries[i].exe, entry->exe) == 0)
            return true;
    return false;
}

static bool is_silent(const struct state_entry *entry, uint64_t stale_ns)
{
    struct vitals vitals;
    int fd = openat(entry->directory, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    struct error *error = vitals_read(&vitals, fd, entry->path, false);
    bool is_silent = !error && vitals_silent_ns(&vitals) >= stale_ns;
    error_destroy(error);
    vitals_deinit(&vitals);
    close(fd);
    return is_silent;
}

void superseded_note(struct state_list *states, uint64_t stale_ns)
{
    for (size_t i = 0; i < states->count; i++) {
        struct state_entry *entry = &states->entries[i];
        if (entry->is_valid && entry->is_unknown && has_younger(states, entry) &&
            is_silent(entry, stale_ns))
            entry->is_live = entry->is_unknown = false;
    }
}
