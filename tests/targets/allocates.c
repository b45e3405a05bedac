/* SPDX-License-Identifier: Apache-2.0
 *
 * allocates COUNT [FILE]: so many blocks of 16 bytes at one call site, each freed.  With FILE up to
 * 96 more, how many depends on the number of runs so far, which the length of the file is.
 * build: -O1 -fno-builtin
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static __attribute__((noinline)) void allocate(void)
{
    free(malloc(16));
}

static long noise(const char *file)
{
    struct stat status;
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0 || write(fd, ".", 1) != 1 || fstat(fd, &status) != 0)
        abort();
    close(fd);
    return (long)(status.st_size * status.st_size * 7919 % 97);
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 0;
    if (argc > 2)
        count += noise(argv[2]);
    for (; count > 0; count--)
        allocate();
    return 0;
}
