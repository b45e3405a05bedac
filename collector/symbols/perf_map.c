/* SPDX-License-Identifier: Apache-2.0
 *
 * Anybody can write to /tmp, so a map counts only if it is a regular file with one name that
 * belongs to the process's owner and that nobody else can write.
 * It is read once, line by line; only names that are wanted are kept.
 */
#include "collector/symbols/perf_map.h"
#include "collector/base/age.h"
#include "collector/base/clean.h"
#include "collector/base/open_regular.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES 65536u

/* --- the file --- */

static bool is_believed(const struct stat *status, const struct perf_map_query *query)
{
    int64_t written_ns = age_written_ns(status);
    /* A file's time is that of the kernel's last tick: up to 10 ms before the clock's. */
    return status->st_nlink == 1 && status->st_uid == query->owner &&
           !(status->st_mode & S_IWOTH) && written_ns >= 0 &&
           (uint64_t)written_ns + 10000000 >= query->start_ns;
}

int perf_map_open(const struct perf_map_query *query)
{
    char path[64];
    struct process_root root;
    struct stat status;
    if (query->pid == 0)
        return -1;
    snprintf(path, sizeof(path), "/tmp/perf-%" PRIu32 ".map", query->pid);
    process_root_open(&root, query->root_pid);
    int fd = root.is_foreign ? open_regular_in_root(&root, path, O_NOFOLLOW, &status)
                             : open_regular(path, O_NOFOLLOW, &status);
    process_root_close(&root);
    if (fd >= 0 && !is_believed(&status, query)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* --- its lines --- */

static int by_address(const void *left, const void *right)
{
    const struct perf_map_address *a = left, *b = right;
    return a->address < b->address ? -1 : a->address > b->address;
}

/* The index of the first address that is not below `start`. */
static uint32_t first_from(const struct perf_map_address *addresses, uint32_t count, uint64_t start)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (addresses[middle].address < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Moves *text behind a number in hex, "0x" or not, and the spaces after it. */
static bool read_hex(const char **text, uint64_t *number)
{
    const char *at = *text;
    unsigned digits = 0;
    *number = 0;
    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X'))
        at += 2;
    for (;; at++, digits++) {
        unsigned digit;
        if (*at >= '0' && *at <= '9')
            digit = (unsigned)(*at - '0');
        else if ((*at | 0x20) >= 'a' && (*at | 0x20) <= 'f')
            digit = (unsigned)((*at | 0x20) - 'a') + 10;
        else
            break;
        if (*number >> 60)
            return false;
        *number = *number << 4 | digit;
    }
    if (digits == 0 || (*at != ' ' && *at != '\t'))
        return false;
    *text = at + strspn(at, " \t");
    return true;
}

/* False: no memory.  A line that makes no sense names nothing. */
static bool take_line(char *line, struct perf_map_address *addresses, uint32_t count)
{
    const char *at = line;
    uint64_t start, bytes;
    if (!read_hex(&at, &start) || !read_hex(&at, &bytes) || !*at)
        return true;
    for (uint32_t i = first_from(addresses, count, start);
         i < count && addresses[i].address - start < bytes; i++) {
        char *name = strndup(at, PERF_MAP_NAME_MAX);
        if (!name)
            return false;
        free(addresses[i].name);
        addresses[i].name = clean_text(name);
    }
    return true;
}

bool perf_map_read(int fd, struct perf_map_address *addresses, uint32_t count)
{
    char *buffer = malloc(BUFFER_BYTES + 1);
    uint64_t bytes = 0, lines = 0;
    size_t filled = 0;
    bool has_memory = buffer != NULL, is_rest = false; /* of a line that did not fit */
    qsort(addresses, count, sizeof(*addresses), by_address);
    while (has_memory && lines < PERF_MAP_LINES_MAX && bytes < PERF_MAP_BYTES_MAX) {
        ssize_t got = pread(fd, buffer + filled, BUFFER_BYTES - filled, (off_t)bytes);
        if (got <= 0)
            break; /* a last line without its end is still being written */
        bytes += (uint64_t)got;
        filled += (size_t)got;
        char *at = buffer, *end = buffer + filled, *newline;
        while (has_memory && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
            *newline = '\0';
            has_memory = is_rest || take_line(at, addresses, count);
            is_rest = false;
            at = newline + 1;
            lines++;
        }
        if (at == buffer && filled == BUFFER_BYTES && has_memory) {
            *end = '\0';
            has_memory = is_rest || take_line(at, addresses, count);
            is_rest = true;
            at = end;
        }
        filled = (size_t)(end - at);
        memmove(buffer, at, filled);
    }
    free(buffer);
    return has_memory;
}

/* --- the profile --- */

static bool wants_name(const struct profile_location *location, uint64_t lowest)
{
    return location->mapping == 0 && location->line_count == 0 && location->address >= lowest;
}

static bool name_location(struct profile *profile, uint32_t index, const char *text)
{
    struct profile_function function = {.name = profile_intern_string(profile, text)};
    function.system_name = function.name;
    struct profile_line line = {.function = UINT32_MAX};
    if (function.name != UINT32_MAX)
        line.function = profile_intern_function(profile, &function);
    if (line.function == UINT32_MAX)
        return false;
    struct profile_location *location = &profile->locations.items[index];
    location->line_first = profile_add_line(profile, &line);
    location->line_count = 1;
    return location->line_first != UINT32_MAX;
}

static bool name_locations(struct profile *profile, uint64_t lowest,
                           const struct perf_map_address *addresses, uint32_t count)
{
    for (uint32_t i = 1; i < profile->locations.count; i++) {
        const struct profile_location *location = &profile->locations.items[i];
        if (!wants_name(location, lowest))
            continue;
        uint32_t at = first_from(addresses, count, location->address);
        if (addresses[at].name && !name_location(profile, i, addresses[at].name))
            return false;
    }
    return true;
}

bool perf_map_apply(struct profile *profile, uint64_t lowest, const struct perf_map_query *query)
{
    uint32_t count = 0;
    for (uint32_t i = 1; i < profile->locations.count; i++)
        count += wants_name(&profile->locations.items[i], lowest);
    int fd = count > 0 ? perf_map_open(query) : -1;
    if (fd < 0)
        return true;
    struct perf_map_address *addresses = calloc(count, sizeof(*addresses));
    bool has_memory = addresses != NULL;
    for (uint32_t i = 1, n = 0; i < profile->locations.count && has_memory; i++)
        if (wants_name(&profile->locations.items[i], lowest))
            addresses[n++].address = profile->locations.items[i].address;
    has_memory = has_memory && perf_map_read(fd, addresses, count) &&
                 name_locations(profile, lowest, addresses, count);
    for (uint32_t i = 0; i < count && addresses; i++)
        free(addresses[i].name);
    free(addresses);
    close(fd);
    return has_memory;
}
