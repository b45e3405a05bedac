/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * A program that knows where its memory is: half of a bss of 10 MB is touched, eight threads use
 * 1 MB of stack each and a ninth has ended, of 1000 blocks of 100 KB every second one is freed, one
 * block is large, and there are mappings: private, shared, of a file, and one of huge pages.  When
 * all is there it says so and waits for the end of its input.
 */
#include <alloca.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MB    ((size_t)1 << 20)
#define USERS 8

char half_touched[10 * MB] __attribute__((aligned(4096)));
char filled[MB] = {1};
static char *blocks[1000];
static pthread_barrier_t all_are_there;

static void *use_stack(void *argument)
{
    volatile char *room = alloca(MB);
    for (size_t i = 0; i < MB; i += 1024)
        room[i] = 1;
    pthread_barrier_wait(&all_are_there);
    pause();
    return argument;
}

static void *end_at_once(void *argument)
{
    return argument;
}

static void *map(size_t bytes, int flags, int fd)
{
    void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (start == MAP_FAILED)
        abort();
    return start;
}

static void make_mappings(void)
{
    memset(map(3 * MB, MAP_PRIVATE | MAP_ANONYMOUS, -1), 1, MB);
    int fd = memfd_create("room", 0);
    if (ftruncate(fd, (off_t)MB) != 0)
        abort();
    memset(map(MB, MAP_SHARED, fd), 1, MB / 2);
    char *huge = map(6 * MB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    huge += 2 * MB - (size_t)huge % (2 * MB);
    madvise(huge, 4 * MB, MADV_HUGEPAGE);
    memset(huge, 1, 4 * MB);
    int self = open("/proc/self/exe", O_RDONLY);
    volatile char *file = mmap(NULL, 16384, PROT_READ, MAP_PRIVATE, self, 4096);
    for (int i = 0; i < 16384; i += 4096)
        (void)file[i];
}

int main(void)
{
    pthread_t thread;
    memset(half_touched, 1, 5 * MB);
    memset(filled, 2, sizeof filled);
    for (int i = 0; i < 1000; i++)
        memset(blocks[i] = malloc(100 * 1024), 1, 100 * 1024);
    for (int i = 0; i < 1000; i += 2)
        free(blocks[i]);
    memset(blocks[0] = malloc(40 * MB), 1, 12 * MB);
    make_mappings();
    pthread_barrier_init(&all_are_there, NULL, USERS + 1);
    for (int i = 0; i < USERS; i++)
        pthread_create(&thread, NULL, use_stack, NULL);
    if (pthread_create(&thread, NULL, end_at_once, NULL) == 0)
        pthread_join(thread, NULL);
    pthread_barrier_wait(&all_are_there);
    if (write(STDOUT_FILENO, "ready\n", 6) != 6)
        abort();
    char byte;
    return read(STDIN_FILENO, &byte, 1) != 0;
}
