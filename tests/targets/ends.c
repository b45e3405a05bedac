/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocates 1000 blocks of 1000 bytes in `work`, then ends in the way its argument says.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

__attribute__((noinline)) static void work(void)
{
    for (int n = 0; n < 1000; n++) {
        void *volatile block = malloc(1000);
        (void)block;
    }
}

int main(int argc, char **argv)
{
    const char *end = argc > 1 ? argv[1] : "return";
    work();
    if (!strcmp(end, "exit"))
        exit(3);
    if (!strcmp(end, "_exit"))
        _exit(4);
    if (!strcmp(end, "_Exit"))
        _Exit(5);
    if (!strcmp(end, "quick_exit"))
        quick_exit(6);
    if (!strcmp(end, "abort"))
        abort();
    if (!strcmp(end, "segv"))
        raise(SIGSEGV);
    if (!strcmp(end, "term"))
        raise(SIGTERM);
    if (!strcmp(end, "kill"))
        raise(SIGKILL);
    if (!strcmp(end, "int"))
        raise(SIGINT);
    if (!strcmp(end, "exec"))
        execl("/bin/cat", "cat", "/dev/null", NULL);
    if (!strcmp(end, "wait")) {
        puts("ready");
        fflush(stdout);
        pause();
    }
    if (!strcmp(end, "read")) {
        char byte;
        puts("ready");
        fflush(stdout);
        return read(STDIN_FILENO, &byte, 1) < 0 ? 1 : 7;
    }
    if (!strcmp(end, "close")) {
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        return 8;
    }
    return 7;
}
