/* SPDX-License-Identifier: Apache-2.0
 *
 * The library brings an HTTP client with it; it is opened when it is needed, so
 * that a collector that does not need it starts in a millisecond.
 */
#include "collector/debuginfod.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LIBRARY "libdebuginfod.so.1"

/* The few functions of its interface that are used; its header need not be there. */
typedef struct debuginfod_client client;
typedef client *begin_function(void);
typedef void end_function(client *);
typedef int find_function(client *, const unsigned char *build_id, int length, char **path);
typedef int progress_function(client *, long done, long total);
typedef void set_progress_function(client *, progress_function *);

static time_t deadline_s; /* of the fetch at hand */

static time_t now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static int is_over(client *unused, long done, long total)
{
    (void)unused;
    (void)done;
    (void)total;
    return now_s() >= deadline_s; /* not 0 ends the transfer */
}

char *debuginfod_fetch(const uint8_t *build_id, uint32_t length, unsigned timeout_s)
{
    const char *urls = getenv("DEBUGINFOD_URLS");
    void *library = urls && *urls ? dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL) : NULL;
    if (!library)
        return NULL; /* when opened it stays: its threads and hooks must not outlive it */
    begin_function *begin = (begin_function *)dlsym(library, "debuginfod_begin");
    end_function *end = (end_function *)dlsym(library, "debuginfod_end");
    find_function *find = (find_function *)dlsym(library, "debuginfod_find_debuginfo");
    set_progress_function *set =
        (set_progress_function *)dlsym(library, "debuginfod_set_progressfn");
    client *session = begin && end && find && set ? begin() : NULL;
    char *path = NULL;
    if (!session)
        return NULL;
    deadline_s = now_s() + (time_t)(timeout_s ? timeout_s : 10);
    set(session, is_over);
    int fd = find(session, build_id, (int)length, &path);
    if (fd >= 0)
        close(fd);
    else
        path = NULL;
    end(session);
    return path;
}
