/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/become.h"
#include "preload/base/sys.h"
#include "preload/base/text.h"
#include "preload/end/arguments.h"
#include "preload/process/config.h"
#include "preload/process/identity.h"
#include "preload/process/log.h"
#include "preload/process/room.h"
#include "preload/process/state_file.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_TEXT     "60" /* seconds that the collector has */
#define ENVIRONMENT_BYTES 8192
#define VARIABLES         32
/* Memory that exec and memprof-end need: the program has 30 KiB, and the kernel copies the
 * arguments. */
#define MEMORY_LEAST (UINT64_C(16) << 20) /* of address space, data */
#define STACK_LEAST  (UINT64_C(256) << 10)
#define ROOM_LEAST   (UINT64_C(1) << 20) /* of the memory cgroup */

/* A copy, because a program may write over its environment, or leave a dangling pointer
 * in it. */
static char environment_text[ENVIRONMENT_BYTES];
static char *environment[VARIABLES + 1];

static struct program {
    uint64_t device, inode; /* 0: it was not there */
} end_program, collector;

static struct program look_at(const char *path)
{
    struct stat st;
    if (!path[0] || SYS(newfstatat, AT_FDCWD, path, &st, 0) != 0 || !S_ISREG(st.st_mode))
        return (struct program){0, 0};
    return (struct program){st.st_dev, st.st_ino};
}

static bool is_same(struct program now, struct program then)
{
    return now.inode != 0 && now.device == then.device && now.inode == then.inode;
}

/* The collector gets no variable that the loader obeys. */
static void copy_environment(char **envp)
{
    static const char *const passed[] = {
        "MEMPROF_", "HOME=",           "TZ=",        "PATH=", "LANG=", "LC_",
        "TMPDIR=",  "XDG_CACHE_HOME=", "DEBUGINFOD_"};
    size_t used = 0;
    unsigned count = 0;
    for (char **entry = envp; entry && *entry && count < VARIABLES; entry++)
        for (unsigned i = 0; i < sizeof passed / sizeof *passed; i++) {
            size_t bytes = strlen(*entry) + 1;
            if (strncmp(*entry, passed[i], strlen(passed[i])) != 0 ||
                bytes > sizeof environment_text - used)
                continue;
            environment[count++] = memcpy(environment_text + used, *entry, bytes);
            used += bytes;
            break;
        }
}

void become_prepare(char **envp)
{
    copy_environment(envp);
    identity_note();
    end_program = look_at(config.end_program);
    collector = look_at(config.collector);
}

/* --- before --- */

static bool limit_allows(int resource, uint64_t need)
{
    struct rlimit limit;
    return SYS(prlimit64, 0, resource, NULL, &limit) != 0 || limit.rlim_cur >= need;
}

const char *become_obstacle(void)
{
    if (!config.collector[0] || !config.end_program[0])
        return "memprof-collect and memprof-end were not found";
    if (config.valgrind)
        return "valgrind has work left";
    const char *changed = identity_obstacle();
    if (changed)
        return changed;
    if (!is_same(look_at(config.end_program), end_program))
        return "memprof-end is not what it was at the start";
    if (!is_same(look_at(config.collector), collector))
        return "memprof-collect is not what it was at the start";
    if (!limit_allows(RLIMIT_AS, MEMORY_LEAST) || !limit_allows(RLIMIT_DATA, MEMORY_LEAST) ||
        !limit_allows(RLIMIT_STACK, STACK_LEAST))
        return "its memory limits leave no room";
    if (room_in_cgroup() < ROOM_LEAST)
        return "its memory cgroup is full";
    return NULL;
}

/* --- exec --- */

static struct {
    char *argv[END_COLLECTOR + 4];
    char status[4];
    char file[40]; /* /proc/thread-self/fd/N */
} job;

static void prepare_arguments(int status)
{
    struct text number = {job.status, sizeof job.status, 0};
    text_add_number(&number, (uint64_t)(status & 255), 10, 1);
    job.argv[END_NAME] = config.arguments_bytes ? config.arguments : (char *)identity_name();
    job.argv[END_STATUS] = job.status;
    job.argv[END_COMM] = (char *)identity_name();
    job.argv[END_MAY_SAY] = log_possible() ? "1" : "0";
    job.argv[END_PATIENCE] = PATIENCE_TEXT;
    job.argv[END_STATE] = (char *)state_file_path();
    job.argv[END_COLLECTOR] = config.collector;
    job.argv[END_COLLECTOR + 1] = "--at-exit";
    job.argv[END_COLLECTOR + 2] = (char *)state_file_path();
    job.argv[END_COLLECTOR + 3] = NULL;
}

/* Runs the very file that was compared: by its descriptor's name in /proc (this thread's:
 * /proc/self has no descriptors once the first thread has ended), else by execveat.  A seccomp
 * filter that was there at the start has let an execve pass, but may kill for execveat. */
static void exec_checked(void)
{
    struct stat st;
    long fd = SYS(openat, AT_FDCWD, config.end_program, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return;
    struct text name = {job.file, sizeof job.file, 0};
    text_add(&name, "/proc/thread-self/fd/");
    text_add_number(&name, (uint64_t)fd, 10, 1);
    if (SYS(newfstatat, fd, "", &st, AT_EMPTY_PATH) == 0 && S_ISREG(st.st_mode) &&
        is_same((struct program){st.st_dev, st.st_ino}, end_program)) {
        SYS(execve, job.file, job.argv, environment);
        if (!identity_was_filtered())
            SYS(execveat, fd, "", job.argv, environment, AT_EMPTY_PATH);
    }
    SYS(close, fd);
}

void become_collector(int status)
{
    prepare_arguments(status);
    exec_checked();
}
