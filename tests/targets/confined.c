/* SPDX-License-Identifier: Apache-2.0
 *
 * confined WAY [VALUE]: makes life hard for who would create files, map memory or start
 * processes, as WAY says (several by commas); with
 * `threads` there is a thread, with `late` it allocates before, too.  Then
 * allocates 100 times 100 000 bytes in `work`, and says whether its umask, its descriptors,
 * its limits and its children are what they were.  Returns 5.
 */
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int stop;
static volatile int seen_children;

__attribute__((noinline)) static void work(void)
{
    for (int n = 0; n < 100; n++) {
        void *volatile block = malloc(100000);
        (void)block;
    }
}

static void limit(int which, rlim_t value)
{
    struct rlimit limit = {value, value};
    if (setrlimit(which, &limit) != 0)
        perror("setrlimit");
}

static void *wait_for_all(void *unused)
{
    int status;
    while (!stop)
        if (waitpid(-1, &status, __WALL) > 0)
            seen_children++;
    return unused;
}

static void confine(const char *way, const char *value)
{
    if (strstr(way, "umask"))
        umask((mode_t)strtol(value, NULL, 8));
    if (strstr(way, "nproc"))
        limit(RLIMIT_NPROC, strtoul(value, NULL, 10));
    if (strstr(way, "nofile"))
        limit(RLIMIT_NOFILE, strtoul(value, NULL, 10));
    if (strstr(way, "data"))
        limit(RLIMIT_DATA, strtoul(value, NULL, 10));
    if (strstr(way, "setuid") &&
        (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0))
        perror("setuid");
    if (strstr(way, "unshare") && unshare(CLONE_NEWPID) != 0)
        perror("unshare");
    if (strstr(way, "cgroup")) {
        FILE *procs = fopen(value, "w");
        if (!procs || fprintf(procs, "%d\n", getpid()) < 0 || fclose(procs) != 0)
            perror(value);
    }
}

int main(int argc, char **argv)
{
    static pthread_t thread;
    static struct rlimit data, files;
    const char *way = argc > 1 ? argv[1] : "";
    if (strstr(way, "threads"))
        pthread_create(&thread, NULL, wait_for_all, NULL);
    if (strstr(way, "late"))
        work();
    confine(way, argc > 2 ? argv[2] : "0");
    mode_t before = umask(0);
    umask(before);
    work();
    mode_t after = umask(0);
    umask(after);
    int open_ones = 0;
    for (int fd = 0; fd < 2000; fd++)
        open_ones += fcntl(fd, F_GETFD) >= 0;
    getrlimit(RLIMIT_DATA, &data);
    getrlimit(RLIMIT_NOFILE, &files);
    printf("umask %s, %d descriptors, limits %lx %lx\n", before == after ? "kept" : "changed",
           open_ones, (long)data.rlim_cur, (long)files.rlim_cur);
    if (strstr(way, "unshare")) { /* the first child is the namespace's init: it must be ours */
        pid_t child = fork();
        if (child == 0)
            _exit(7);
        printf("a child: %d\n", child > 0);
        while (child > 0 && !seen_children)
            sched_yield();
    }
    stop = 1;
    if (strstr(way, "threads"))
        pthread_join(thread, NULL);
    printf("children %d\n", seen_children);
    fflush(stdout);
    _exit(5);
}
