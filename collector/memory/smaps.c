/* SPDX-License-Identifier: Apache-2.0
 *
 * A mapping is a line as in maps, then lines of "Key: VALUE kB", the last of which are its flags.
 */
#include "collector/memory/smaps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#define MAPPINGS_MAX (1u << 22) /* more than vm.max_map_count ever is */

void memory_sizes_add(struct memory_sizes *sum, const struct memory_sizes *sizes)
{
    sum->mapped += sizes->mapped;
    sum->rss += sizes->rss;
    sum->pss += sizes->pss;
    sum->dirty += sizes->dirty;
    sum->swap += sizes->swap;
    sum->huge += sizes->huge;
    sum->hugetlb += sizes->hugetlb;
}

/* The first line of a mapping; false: it is another line.  mapping->name points into `line`. */
static bool parse_head(struct smaps_mapping *mapping, char *line)
{
    unsigned major, minor;
    int name = 0;
    *mapping = (struct smaps_mapping){.has_reserve = true};
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n",
               &mapping->start, &mapping->end, mapping->permissions, &mapping->offset, &major,
               &minor, &mapping->inode, &name) < 7 ||
        name == 0 || mapping->end < mapping->start || strlen(mapping->permissions) != 4)
        return false;
    mapping->device = makedev(major, minor);
    mapping->name = line + name;
    mapping->name[strcspn(mapping->name, "\n")] = '\0';
    if (strncmp(mapping->permissions, "---", 3) != 0)
        mapping->sizes.mapped = mapping->end - mapping->start;
    return true;
}

static bool has_flag(const char *flags, const char *flag)
{
    const char *at = strstr(flags, flag);
    return at && (at[2] == ' ' || at[2] == '\n' || at[2] == '\0') && at[-1] == ' ';
}

static void parse_value(struct smaps_mapping *mapping, const char *line)
{
    struct memory_sizes *sizes = &mapping->sizes;
    const struct {
        const char *key;
        uint64_t *to;
    } keys[] = {{"Rss", &sizes->rss},
                {"Pss", &sizes->pss},
                {"Private_Dirty", &sizes->dirty},
                {"Swap", &sizes->swap},
                {"AnonHugePages", &sizes->huge},
                {"ShmemPmdMapped", &sizes->huge},
                {"FilePmdMapped", &sizes->huge},
                {"Shared_Hugetlb", &sizes->hugetlb},
                {"Private_Hugetlb", &sizes->hugetlb}};
    size_t length = strcspn(line, ":");
    uint64_t kilobytes;
    if (strncmp(line, "VmFlags:", 8) == 0) {
        mapping->has_reserve = !has_flag(line + 8, "nr");
        mapping->is_wiped = has_flag(line + 8, "wf");
        mapping->is_without_thp = has_flag(line + 8, "nh");
        return;
    }
    if (line[length] != ':' || sscanf(line + length + 1, " %" SCNu64 " kB", &kilobytes) != 1)
        return;
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        if (strlen(keys[i].key) == length && strncmp(line, keys[i].key, length) == 0)
            *keys[i].to += kilobytes * 1024;
}

/* NULL: no memory. */
static struct smaps_mapping *append(struct smaps *smaps, size_t *capacity,
                                    const struct smaps_mapping *mapping)
{
    if (smaps->count == *capacity) {
        size_t wanted = *capacity ? *capacity * 2 : 64;
        void *moved =
            wanted > MAPPINGS_MAX ? NULL : realloc(smaps->items, wanted * sizeof(*smaps->items));
        if (!moved)
            return NULL;
        smaps->items = moved;
        *capacity = wanted;
    }
    struct smaps_mapping *copy = &smaps->items[smaps->count];
    *copy = *mapping;
    copy->name = strdup(mapping->name);
    if (!copy->name)
        return NULL;
    smaps->count++;
    return copy;
}

struct error *smaps_parse(struct smaps *smaps, FILE *file, const char *name)
{
    char *line = NULL;
    size_t size = 0, capacity = 0;
    bool has_memory = true;
    struct smaps_mapping *current = NULL, head;
    *smaps = (struct smaps){.count = 0};
    errno = 0;
    while (has_memory && getline(&line, &size, file) > 0) {
        if (!parse_head(&head, line)) {
            if (current)
                parse_value(current, line);
            continue;
        }
        current = append(smaps, &capacity, &head);
        has_memory = current != NULL;
    }
    int fault = ferror(file) ? errno : 0;
    free(line);
    if (!has_memory)
        return error_no_memory();
    return fault ? error_create_errno(fault, "%s", name) : NULL;
}

struct error *smaps_read(struct smaps *smaps, pid_t pid)
{
    char path[64];
    *smaps = (struct smaps){.count = 0};
    snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file && (errno == ENOENT || errno == ESRCH))
        return error_create("process %d: there is no such process; try 'memprof ps'", (int)pid);
    if (!file && (errno == EACCES || errno == EPERM))
        return error_create("process %d: %s is closed to us: another user's, or it has "
                            "capabilities; try it as root",
                            (int)pid, path);
    if (!file)
        return error_create_errno(errno, "process %d: %s", (int)pid, path);
    struct error *error = smaps_parse(smaps, file, path);
    int fault = errno;
    fclose(file);
    if (!error && smaps->count == 0)
        error = fault == EACCES || fault == EPERM
                    ? error_create_errno(fault, "process %d: %s", (int)pid, path)
                    : error_create("process %d: it has no memory: it has ended, or is a thread of "
                                   "the kernel",
                                   (int)pid);
    return error;
}

bool smaps_read_rollup(struct memory_sizes *sums, pid_t pid)
{
    char path[64];
    struct smaps smaps;
    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    struct error *error = smaps_parse(&smaps, file, path);
    bool is_read = !error && smaps.count == 1;
    if (is_read)
        *sums = smaps.items[0].sizes;
    error_destroy(error);
    smaps_deinit(&smaps);
    fclose(file);
    return is_read;
}

void smaps_deinit(struct smaps *smaps)
{
    for (size_t i = 0; i < smaps->count; i++)
        free(smaps->items[i].name);
    free(smaps->items);
    *smaps = (struct smaps){.count = 0};
}
