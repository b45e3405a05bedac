/* SPDX-License-Identifier: Apache-2.0
 *
 * libdebuginfod has an HTTP client: threads, and a parser of what servers send.  It is loaded
 * in a child process, which reports where the downloaded file is.
 */
#include "collector/symbols/debuginfod.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIBRARY   "libdebuginfod.so.1"
#define TIMEOUT_S 10
#define GRACE_S   2 /* for the library to notice that its time is over */

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

static char *fetch(const uint8_t *build_id, uint32_t length, unsigned timeout_s)
{
    const char *urls = getenv("DEBUGINFOD_URLS");
    void *library = urls && *urls ? dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL) : NULL;
    if (!library)
        return NULL;
    begin_function *begin = (begin_function *)dlsym(library, "debuginfod_begin");
    end_function *end = (end_function *)dlsym(library, "debuginfod_end");
    find_function *find = (find_function *)dlsym(library, "debuginfod_find_debuginfo");
    set_progress_function *set =
        (set_progress_function *)dlsym(library, "debuginfod_set_progressfn");
    client *session = begin && end && find && set ? begin() : NULL;
    char *path = NULL;
    if (!session)
        return NULL;
    deadline_s = now_s() + (time_t)timeout_s;
    set(session, is_over);
    int fd = find(session, build_id, (int)length, &path);
    if (fd >= 0)
        close(fd);
    else
        path = NULL;
    end(session);
    return path;
}

static _Noreturn void be_the_child(int out, const uint8_t *build_id, uint32_t length,
                                   unsigned timeout_s)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char *path = fetch(build_id, length, timeout_s);
    ssize_t wrote = path ? write(out, path, strlen(path)) : 0;
    _exit(wrote > 0 ? 0 : 1);
}

/* What the child says, up to its end; "" when it says nothing in time. */
static void read_path(int in, char *path, size_t bytes, int64_t deadline)
{
    size_t length = 0;
    struct pollfd pipe = {.fd = in, .events = POLLIN};
    while (length + 1 < bytes) {
        int64_t left_s = deadline - now_s();
        int ready = left_s > 0 ? poll(&pipe, 1, (int)(left_s * 1000)) : 0;
        ssize_t got = ready > 0 ? read(in, path + length, bytes - length - 1) : 0;
        if (got > 0)
            length += (size_t)got;
        else if (errno != EINTR || ready >= 0)
            break;
    }
    path[length] = '\0';
}

char *debuginfod_fetch(const uint8_t *build_id, uint32_t length, unsigned timeout_s)
{
    int ends[2];
    char path[4096] = "";
    if (timeout_s == 0)
        timeout_s = TIMEOUT_S;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return NULL;
    pid_t child = fork();
    if (child == 0)
        be_the_child(ends[1], build_id, length, timeout_s);
    close(ends[1]);
    if (child > 0) {
        read_path(ends[0], path, sizeof(path), now_s() + timeout_s + GRACE_S);
        kill(child, SIGKILL);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    close(ends[0]);
    return path[0] == '/' ? strdup(path) : NULL;
}
