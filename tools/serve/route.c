/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/route.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define PPROF "/debug/pprof/"

#define HTML    "text/html; charset=utf-8"
#define TEXT    "text/plain; charset=utf-8"
#define PROFILE "application/octet-stream"
/* The version of Prometheus' text format. */
#define EXPOSITION "text/plain; version=0.0.4; charset=utf-8"

#define PAGE(path, kind, type) {path, kind, ROUTE_CENSUS, type, NULL, false, false, false, NULL}
#define OF_PROCESS(path, kind, type, file, seconds, posted)                                        \
    {path, kind, ROUTE_PROFILES, type, file, seconds, true, posted, NULL}
#define NOT_THERE(path, hint)                                                                      \
    {path, WORK_PPROF, ROUTE_PROFILES, TEXT, NULL, false, true, false, hint}

static const struct route pages[] = {
    PAGE("/", WORK_INDEX, HTML),
    PAGE("/json", WORK_JSON, "application/json"),
    PAGE("/metrics", WORK_METRICS, EXPOSITION),
};

static const struct route profiles[] = {
    OF_PROCESS("", WORK_PPROF, HTML, NULL, false, false),
    OF_PROCESS("heap", WORK_HEAP, PROFILE, "heap.pb.gz", true, false),
    OF_PROCESS("allocs", WORK_ALLOCS, PROFILE, "allocs.pb.gz", true, false),
    OF_PROCESS("peak", WORK_PEAK, PROFILE, "peak.pb.gz", false, false),
    OF_PROCESS("delta_heap", WORK_DELTA_HEAP, PROFILE, "delta_heap.pb.gz", true, false),
    OF_PROCESS("cmdline", WORK_CMDLINE, TEXT, NULL, false, false),
    OF_PROCESS("symbol", WORK_SYMBOL, TEXT, NULL, false, true),
    NOT_THERE("profile",
              "memprof profiles memory, not CPU time; try heap or allocs, or perf record"),
    NOT_THERE("block", "memprof profiles memory; try heap or allocs"),
    NOT_THERE("mutex", "memprof profiles memory; try heap or allocs"),
    NOT_THERE("goroutine", "memprof profiles memory; try heap, or gdb's 'thread apply all bt'"),
    NOT_THERE("threadcreate", "memprof profiles memory; try heap or allocs"),
    NOT_THERE("trace", "memprof profiles memory; try heap or allocs"),
};

static const struct route *find(const struct route *routes, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(routes[i].path, path) == 0)
            return &routes[i];
    return NULL;
}

const struct route *route_find(const char *path, pid_t *pid)
{
    *pid = WORK_THE_ONE;
    const struct route *page = find(pages, sizeof pages / sizeof *pages, path);
    if (page)
        return page;
    if (path[0] == '/' && path[1] >= '1' && path[1] <= '9') {
        size_t digits = strspn(path + 1, "0123456789");
        if (digits > 9) /* a pid has fewer than 23 bits */
            return NULL;
        *pid = (pid_t)strtol(path + 1, NULL, 10);
        path += 1 + digits;
        if (strcmp(path, "/") == 0)
            return &profiles[0];
    }
    if (strncmp(path, PPROF, sizeof PPROF - 1) != 0)
        return NULL;
    return find(profiles, sizeof profiles / sizeof *profiles, path + sizeof PPROF - 1);
}
