/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/self_test/trial.h"
#include "tools/beside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/library.h"

#define VARIABLE "MEMPROF_SELF_TEST" /* OFFSET:BYTES:EVERY:FILE, numbers in hex */

struct error *trial_init(struct trial *trial, char **program)
{
    const char *temporary = getenv("TMPDIR");
    *trial = (struct trial){.program = program};
    if (!temporary || temporary[0] != '/')
        temporary = "/tmp";
    if (asprintf(&trial->directory, "%s/memprof-self-test-XXXXXX", temporary) < 0)
        trial->directory = NULL;
    trial->memprof = beside_self();
    if (!trial->directory || !trial->memprof)
        return error_no_memory();
    if (!mkdtemp(trial->directory)) {
        struct error *error = error_create_errno(errno, "%s", trial->directory);
        free(trial->directory);
        trial->directory = NULL;
        return error;
    }
    return library_find_self_test(&trial->more);
}

void trial_deinit(struct trial *trial)
{
    DIR *directory = trial->directory ? opendir(trial->directory) : NULL;
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        unlinkat(dirfd(directory), entry->d_name, 0);
    if (directory)
        closedir(directory);
    if (trial->directory)
        rmdir(trial->directory);
    free(trial->directory);
    free(trial->memprof);
    free(trial->more);
    *trial = (struct trial){.program = NULL};
}

/* --- one run --- */

/* The last line that was said, for messages; "" if nothing was. */
static void read_log(const char *path, char *line, size_t bytes)
{
    FILE *log = fopen(path, "re");
    line[0] = '\0';
    while (log && fgets(line, (int)bytes, log))
        line[strcspn(line, "\n")] = '\0';
    if (log)
        fclose(log);
}

static bool set_more(const struct trial *trial, const struct call_site *more)
{
    const char *others = getenv("LD_PRELOAD");
    char *preload = NULL, *where = NULL;
    bool is_set = asprintf(&preload, "%s%s%s", trial->more, others && *others ? ":" : "",
                           others ? others : "") >= 0 &&
                  asprintf(&where, "%" PRIx64 ":%x:%x:%s", more->offset, TRIAL_BYTES, TRIAL_EVERY,
                           more->file) >= 0 &&
                  setenv("LD_PRELOAD", preload, 1) == 0 && setenv(VARIABLE, where, 1) == 0;
    free(preload);
    free(where);
    return is_set;
}

static _Noreturn void become(const struct trial *trial, uint64_t interval, const char *path,
                             const char *log, const struct call_site *more)
{
    size_t count = 0;
    char text[32];
    while (trial->program[count])
        count++;
    const char **arguments = calloc(count + 9, sizeof *arguments);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int said = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    snprintf(text, sizeof text, "%" PRIu64, interval);
    signal(SIGINT, SIG_DFL);
    if (arguments && dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(said, 2) == 2 &&
        (!more || set_more(trial, more))) {
        const char *const head[] = {trial->memprof, "run", "-q", "-i", text, "-o", path, "--"};
        memcpy(arguments, head, sizeof head);
        memcpy(arguments + sizeof head / sizeof *head, trial->program, count * sizeof *arguments);
        execv(trial->memprof, (char **)arguments);
    }
    _exit(127);
}

static struct error *wait_for(pid_t pid, const char *program, const char *log)
{
    char line[256];
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return error_create_errno(errno, "%s", program);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return NULL;
    read_log(log, line, sizeof line);
    return error_create("%s: ended with %s %d%s%s; try it by itself", program,
                        WIFEXITED(status) ? "status" : "signal",
                        WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
                        *line ? ": " : "", line);
}

struct error *trial_run(struct trial *trial, const char *name, uint64_t interval,
                        const struct call_site *more, char **path)
{
    char *log = NULL;
    struct error *error = NULL;
    if (asprintf(path, "%s/%s.pb.gz", trial->directory, name) < 0)
        *path = NULL;
    if (asprintf(&log, "%s/log", trial->directory) < 0)
        log = NULL;
    if (!*path || !log) {
        free(log);
        return error_no_memory();
    }
    void (*before)(int) = signal(SIGINT, SIG_IGN); /* the program's end is ours, too: we clean up */
    pid_t pid = fork();
    if (pid == 0)
        become(trial, interval, *path, log, more);
    error = pid < 0 ? error_create_errno(errno, "%s", trial->program[0])
                    : wait_for(pid, trial->program[0], log);
    signal(SIGINT, before);
    free(log);
    return error;
}
