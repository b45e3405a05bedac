/* SPDX-License-Identifier: Apache-2.0
 *
 * Does what lines of its standard input say, and answers each by its process id:
 *   keep N SIZE   allocates N blocks of SIZE bytes in `keep`
 *   drop          frees all of them
 *   child N SIZE  forks a child that does `keep`, and lives as long as this process
 *   exec PROGRAM ARGUMENT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *blocks[100000];
static size_t count;
static int alive[2]; /* its other end is closed when this process ends */

__attribute__((noinline)) static void keep(int number, size_t size)
{
    for (; number > 0; number--)
        blocks[count++] = malloc(size);
}

static void drop(void)
{
    while (count > 0)
        free(blocks[--count]);
}

static void start_child(int number, size_t size)
{
    int ready[2];
    char byte;
    if (pipe(ready) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        close(alive[1]);
        keep(number, size);
        if (write(ready[1], "r", 1) == 1 && read(alive[0], &byte, 1) == 0)
            exit(0);
        abort();
    }
    if (read(ready[0], &byte, 1) != 1)
        abort();
    close(ready[0]);
    close(ready[1]);
    printf("%d ", (int)pid);
}

int main(void)
{
    static char line[1000];
    char word[16], program[500], argument[400];
    int number;
    size_t size;
    ssize_t length;
    if (pipe(alive) != 0)
        abort();
    /* No stdio for what is read: it would allocate. */
    static char buffer[4096];
    setvbuf(stdout, buffer, _IOLBF, sizeof buffer);
    for (size_t used = 0; (length = read(0, line + used, 1)) == 1;) {
        if (line[used] != '\n') {
            used++;
            continue;
        }
        line[used] = '\0';
        used = 0;
        if (sscanf(line, "%15s", word) != 1)
            continue;
        if (strcmp(word, "keep") == 0 && sscanf(line, "keep %d %zu", &number, &size) == 2)
            keep(number, size);
        else if (strcmp(word, "child") == 0 && sscanf(line, "child %d %zu", &number, &size) == 2)
            start_child(number, size);
        else if (strcmp(word, "drop") == 0)
            drop();
        else if (sscanf(line, "exec %499s %399s", program, argument) == 2)
            execl(program, program, argument, (char *)NULL);
        printf("%d\n", (int)getpid());
    }
    return 0;
}
