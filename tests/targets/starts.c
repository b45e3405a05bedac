/* SPDX-License-Identifier: Apache-2.0
 * build: -Wno-deprecated-declarations
 *
 * Starts children in every way that is not fork(), some of which share its memory; each
 * allocates and ends at once by _exit, exit or exec.  Afterwards the parent allocates 100
 * blocks in `in_parent` and prints what it sees.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sees.h"

static char stack[65536] __attribute__((aligned(16)));
static char *own_environment[] = {"ONLY=this", NULL};
static char *env_command[] = {"env", NULL};

__attribute__((noinline)) static void *in_parent(void)
{
    void *volatile block = malloc(100);
    return block;
}
__attribute__((noinline)) static void in_child(void)
{
    void *volatile block = malloc(1000);
    free(block);
}
static int shares_memory(void *unused)
{
    (void)unused;
    in_child();
    _exit(5);
}

static void ended(const char *way, pid_t pid)
{
    int status = -1;
    pid_t got = waitpid(pid, &status, __WALL);
    printf("%s: %s, status %x\n", way, got == pid && pid > 0 ? "ended" : "lost", (unsigned)status);
    fflush(stdout);
}

int main(void)
{
    pid_t pid;
    in_parent();
    fflush(stdout);
    if ((pid = vfork()) == 0) {
        execve("/usr/bin/env", env_command, own_environment);
        _exit(127);
    }
    ended("vfork and exec", pid);
    if ((pid = vfork()) == 0) {
        execl("/nonexistent", "nonexistent", NULL);
        _exit(126);
    }
    ended("vfork and an exec that fails", pid);
    if ((pid = vfork()) == 0) {
        in_child();
        _exit(4);
    }
    ended("vfork and malloc", pid);
    ended("posix_spawn",
          posix_spawn(&pid, "/usr/bin/env", NULL, NULL, env_command, own_environment) ? -1 : pid);
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP |
                                              POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &none);
    ended("posix_spawn with attributes",
          posix_spawn(&pid, "/usr/bin/env", NULL, &attributes, env_command, own_environment) ? -1
                                                                                             : pid);
    printf("posix_spawn of nothing: %d\n",
           posix_spawn(&pid, "/nonexistent", NULL, NULL, env_command, own_environment));
    ended("clone with shared memory",
          clone(shares_memory, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL));
    ended("clone with shared memory and files",
          clone(shares_memory, stack + sizeof stack, CLONE_VM | CLONE_FILES | CLONE_FS, NULL));
    if ((pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) == 0) {
        in_child();
        _exit(6);
    }
    ended("the system call clone", pid);
    if ((pid = _Fork()) == 0) {
        in_child();
        _exit(8);
    }
    ended("_Fork", pid);
    printf("system: %x\n", (unsigned)system("exit 9"));
    fflush(stdout);
    FILE *lines = popen("echo a line", "r");
    char line[32] = "";
    printf("popen: %s", fgets(line, sizeof line, lines) ? line : "nothing");
    printf("pclose: %x\n", (unsigned)pclose(lines));
    fflush(stdout);
    for (int n = 0; n < 99; n++)
        in_parent();
    sees();
}
