/* SPDX-License-Identifier: Apache-2.0
 *
 * daemon FILE: becomes a daemon in the classic way (two forks, setsid, chdir, descriptors
 * closed), allocates in `served`, writes its pid to FILE and ends.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((noinline)) static void started(void)
{
    void *volatile block = malloc(11);
    (void)block;
}
__attribute__((noinline)) static void served(void)
{
    void *volatile block = malloc(22);
    (void)block;
}

int main(int argc, char **argv)
{
    char path[4096], text[32];
    if (argc < 2 || !realpath(argv[1], path))
        return 2;
    started();
    if (fork() != 0)
        _exit(0);
    setsid();
    if (fork() != 0)
        _exit(0);
    if (chdir("/") != 0)
        return 3;
    umask(0);
    for (int fd = 0; fd < 256; fd++)
        close(fd);
    for (int n = 0; n < 100; n++)
        served();
    int fd = open(path, O_WRONLY | O_APPEND);
    int length = snprintf(text, sizeof text, "%d %d\n", (int)getpid(), fd);
    if (write(fd, text, (size_t)length) != length)
        return 4;
    close(fd);
    exit(0);
}
