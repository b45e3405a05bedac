/* SPDX-License-Identifier: Apache-2.0
 *
 * /proc/PID/pagemap, process_vm_readv, /proc/PID/task/TID/syscall and /proc/PID/limits.
 */
#include "collector/memory/target.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGEMAP_PRESENT (UINT64_C(1) << 63)
#define BATCH           512 /* pages that are looked at in one call */

static uint64_t stack_limit(pid_t pid)
{
    char path[64], line[256];
    uint64_t bytes = 0;
    snprintf(path, sizeof(path), "/proc/%d/limits", (int)pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "Max stack size %" SCNu64, &bytes) == 1)
            break;
    if (file)
        fclose(file);
    return bytes;
}

void target_open(struct target *target, pid_t pid)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
    *target = (struct target){.pid = pid,
                              .pagemap = open(path, O_RDONLY | O_CLOEXEC),
                              .page_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
                              .stack_bytes = stack_limit(pid)};
}

void target_close(struct target *target)
{
    if (target->pagemap >= 0)
        close(target->pagemap);
    target->pagemap = -1;
}

bool target_pages(const struct target *target, uint64_t start, bool *flags, size_t count)
{
    uint64_t entries[BATCH];
    if (target->pagemap < 0)
        return false;
    for (size_t done = 0; done < count;) {
        size_t batch = count - done < BATCH ? count - done : BATCH;
        off_t at = (off_t)((start / target->page_bytes + done) * sizeof(*entries));
        ssize_t got = pread(target->pagemap, entries, batch * sizeof(*entries), at);
        if (got < (ssize_t)sizeof(*entries))
            return false;
        size_t read_count = (size_t)got / sizeof(*entries);
        for (size_t i = 0; i < read_count; i++)
            flags[done + i] = (entries[i] & PAGEMAP_PRESENT) != 0;
        done += read_count;
    }
    return true;
}

bool target_resident(const struct target *target, uint64_t start, uint64_t end, uint64_t *bytes)
{
    bool flags[BATCH];
    uint64_t page = target->page_bytes, at = start / page * page;
    *bytes = 0;
    while (at < end) {
        uint64_t pages = (end - at + page - 1) / page;
        size_t count = pages < BATCH ? (size_t)pages : BATCH;
        if (!target_pages(target, at, flags, count))
            return false;
        for (size_t i = 0; i < count; i++, at += page) {
            uint64_t from = at > start ? at : start, to = at + page < end ? at + page : end;
            *bytes += flags[i] ? to - from : 0;
        }
    }
    return true;
}

bool target_read(const struct target *target, uint64_t address, void *to, size_t bytes)
{
    struct iovec local = {to, bytes};
    struct iovec remote = {(void *)(uintptr_t)address, bytes};
    return process_vm_readv(target->pid, &local, 1, &remote, 1, 0) == (ssize_t)bytes;
}

void target_heads(const struct target *target, uint64_t start, const bool *flags,
                  struct target_head *heads, size_t count)
{
    struct iovec local[BATCH], remote[BATCH];
    size_t wanted = 0;
    memset(heads, 0, count * sizeof(*heads));
    for (size_t i = 0; i < count && wanted < BATCH; i++) {
        if (!flags[i])
            continue;
        local[wanted] = (struct iovec){&heads[i], sizeof(*heads)};
        remote[wanted++] =
            (struct iovec){(void *)(uintptr_t)(start + i * target->page_bytes), sizeof(*heads)};
    }
    /* It ends at the first page that is gone meanwhile; that one is passed over. */
    for (size_t done = 0; done < wanted; done++) {
        ssize_t got = process_vm_readv(target->pid, local + done, wanted - done, remote + done,
                                       wanted - done, 0);
        if (got > 0)
            done += (size_t)got / sizeof(*heads);
    }
}

/* False: the thread runs, has ended, or is closed to us. */
static bool read_stack_pointer(const char *path, uint64_t *pointer)
{
    char text[256];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
    if (fd >= 0)
        close(fd);
    if (got <= 0)
        return false;
    text[got] = '\0';
    /* The last two of its words are the stack pointer and the program counter. */
    char *last = strrchr(text, ' ');
    if (!last)
        return false;
    *last = '\0';
    char *before = strrchr(text, ' ');
    return before && sscanf(before, " 0x%" SCNx64, pointer) == 1 && *pointer != 0;
}

uint64_t *target_stack_pointers(const struct target *target, size_t *count, size_t *threads)
{
    char path[64];
    uint64_t *pointers = NULL;
    *count = *threads = 0;
    snprintf(path, sizeof(path), "/proc/%d/task", (int)target->pid);
    DIR *tasks = opendir(path);
    for (struct dirent *entry; tasks && (entry = readdir(tasks)) != NULL;) {
        char file[sizeof(path) + sizeof(entry->d_name) + 16];
        uint64_t pointer, *moved;
        if (entry->d_name[0] == '.')
            continue;
        ++*threads;
        snprintf(file, sizeof(file), "%s/%s/syscall", path, entry->d_name);
        if (!read_stack_pointer(file, &pointer) ||
            !(moved = realloc(pointers, (*count + 1) * sizeof(*pointers))))
            continue;
        pointers = moved;
        pointers[(*count)++] = pointer;
    }
    if (tasks)
        closedir(tasks);
    return pointers;
}
