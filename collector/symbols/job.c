/* SPDX-License-Identifier: Apache-2.0
 *
 * A head, then arrays in the order of their alignment: modules, addresses, tasks, and the
 * paths of the modules, each with its NUL.  Both ends are one program, and the worker has
 * no reason to doubt the collector.
 */
#include "collector/symbols/job.h"
#include "collector/base/clock.h"
#include "collector/symbols/pipe.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct head {
    uint64_t bytes; /* of all, the head included */
    int64_t deadline_ms;
    uint32_t task_count, address_count, callee_count, unused;
};

/* Where things lie, as offsets from the head. */
struct layout {
    size_t modules, addresses, callees, tasks, paths;
};

static struct layout layout_of(uint32_t task_count, uint32_t address_count, uint32_t callee_count)
{
    struct layout at = {.modules = sizeof(struct head)};
    at.addresses = at.modules + (size_t)task_count * sizeof(struct module);
    at.callees = at.addresses + (size_t)address_count * sizeof(uint64_t);
    at.tasks = at.callees + (size_t)callee_count * sizeof(struct symbol_callee);
    at.paths = at.tasks + (size_t)task_count * sizeof(struct symbol_task);
    return at;
}

/* --- the collector's end --- */

/* The callees of a location; returns how many. */
static uint32_t put_callees(const struct symbol_work *work, uint32_t location, uint32_t number,
                            const struct module *module, struct symbol_callee *callees)
{
    const struct symbol_calls *calls = work->calls;
    uint32_t count = 0, own = symbol_calls_module(calls, location);
    for (uint32_t pair = calls->items[location].pair_first; pair != 0;
         pair = calls->pairs.items[pair].next, count++) {
        uint32_t callee = calls->pairs.items[pair].callee;
        struct symbol_callee told = {.caller = number};
        if (callee != 0 && symbol_calls_module(calls, callee) == own) {
            told.is_entry = calls->items[callee].is_known;
            told.address = told.is_entry
                               ? calls->items[callee].entry
                               : work->profile->locations.items[callee].address - module->bias;
        }
        if (callees)
            callees[count] = told;
    }
    return count;
}

/* The caller frees it; NULL: no memory. */
static struct head *pack(const struct symbol_work *work, uint32_t first)
{
    struct head head = {.deadline_ms = work->deadline_ms, .task_count = work->task_count - first};
    size_t path_bytes = 0;
    for (uint32_t i = first; i < work->task_count; i++) {
        head.address_count += work->tasks[i].count;
        for (uint32_t k = 0; k < work->tasks[i].count; k++)
            head.callee_count += put_callees(work, work->order[work->tasks[i].first + k], 0,
                                             &work->modules[work->tasks[i].module], NULL);
        path_bytes += strlen(work->modules[work->tasks[i].module].path) + 1;
    }
    struct layout at = layout_of(head.task_count, head.address_count, head.callee_count);
    head.bytes = at.paths + path_bytes;
    char *bytes = malloc(head.bytes);
    if (!bytes)
        return NULL;
    memcpy(bytes, &head, sizeof(head));
    struct module *modules = (struct module *)(void *)(bytes + at.modules);
    uint64_t *addresses = (uint64_t *)(void *)(bytes + at.addresses);
    struct symbol_callee *callees = (struct symbol_callee *)(void *)(bytes + at.callees);
    struct symbol_task *tasks = (struct symbol_task *)(void *)(bytes + at.tasks);
    uint32_t number = 0;
    char *paths = bytes + at.paths;
    for (uint32_t i = first; i < work->task_count; i++) {
        const struct symbol_task *task = &work->tasks[i];
        const struct module *module = &work->modules[task->module];
        *tasks++ = *task;
        *modules = *module;
        (modules++)->path = NULL;
        for (uint32_t k = 0; k < task->count; k++) {
            uint32_t location = work->order[task->first + k];
            *addresses++ = work->profile->locations.items[location].address - module->bias;
            callees += put_callees(work, location, number++, module, callees);
        }
        paths = stpcpy(paths, module->path) + 1;
    }
    return (struct head *)(void *)bytes;
}

/* A worker that obeys a file may choose not to read. */
static bool send_all(int socket, const char *bytes, size_t count, int64_t until_ms)
{
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes += sent;
            count -= (size_t)sent;
            continue;
        }
        if (sent < 0 && errno == EINTR)
            continue;
        int64_t left = until_ms - clock_now_ms();
        struct pollfd ready = {.fd = socket, .events = POLLOUT};
        if (sent == 0 || errno != EAGAIN || left <= 0 ||
            (poll(&ready, 1, left < INT32_MAX ? (int)left : INT32_MAX) < 0 && errno != EINTR))
            return false;
    }
    return true;
}

bool symbol_job_send(int socket, const struct symbol_work *work, uint32_t first, int64_t until_ms)
{
    struct head *head = pack(work, first);
    bool is_sent = head && send_all(socket, (const char *)head, head->bytes, until_ms);
    free(head);
    return is_sent;
}

/* --- the worker's end --- */

static bool receive(int socket, void *bytes, size_t count)
{
    for (char *at = bytes; count > 0;) {
        ssize_t got = read(socket, at, count);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        count -= (size_t)got;
    }
    return true;
}

bool symbol_job_receive(int socket, struct symbol_job *job)
{
    struct head head;
    *job = (struct symbol_job){0};
    if (!receive(socket, &head, sizeof(head)))
        return false;
    char *bytes = malloc(head.bytes);
    if (!bytes || !receive(socket, bytes + sizeof(head), head.bytes - sizeof(head))) {
        free(bytes);
        return false;
    }
    struct layout at = layout_of(head.task_count, head.address_count, head.callee_count);
    struct module *modules = (struct module *)(void *)(bytes + at.modules);
    char *path = bytes + at.paths;
    for (uint32_t i = 0; i < head.task_count; i++) {
        modules[i].path = path;
        path += strlen(path) + 1;
    }
    *job = (struct symbol_job){
        .tasks = (const struct symbol_task *)(const void *)(bytes + at.tasks),
        .modules = modules,
        .addresses = (const uint64_t *)(const void *)(bytes + at.addresses),
        .callees = (const struct symbol_callee *)(const void *)(bytes + at.callees),
        .task_count = head.task_count,
        .callee_count = head.callee_count,
        .deadline_ms = head.deadline_ms,
        .bytes = bytes,
    };
    return true;
}

void symbol_job_deinit(struct symbol_job *job)
{
    free(job->bytes);
    *job = (struct symbol_job){0};
}
