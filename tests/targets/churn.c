/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread -ldl
 *
 * churn FILE ROUNDS PLUGIN: in each round four threads come, allocate and free 10 000
 * times each, also each other's blocks, and go; a child is forked that does a little of
 * the same; a library is opened, used and closed.  FILE, a shared mapping, has: pid,
 * rounds done, objects and bytes allocated by take(), objects and bytes freed; and, set by
 * who looks on, the round after which the program rests until another one is set (0: none).
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, SLOTS = 128, DEPTH = 8 };
static unsigned each = 10000;

static struct published {
    _Atomic uint64_t pid, rounds, objects, bytes, freed_objects, freed_bytes, rest_after;
} *published;
static struct published in_child;

static _Atomic(size_t *) slots[SLOTS];

__attribute__((noinline)) static size_t *take(size_t size, unsigned depth)
{
    size_t *volatile block = depth ? take(size, depth - 1) : malloc(size);
    return block;
}

static void give_back(size_t *block)
{
    if (!block)
        return;
    published->freed_objects++;
    published->freed_bytes += *block;
    free(block);
}

static void *work(void *argument)
{
    uint32_t random = (uint32_t)(uintptr_t)argument;
    for (unsigned i = 0; i < each; i++) {
        random = random * 1664525u + 1013904223u;
        size_t size = 16u << (random >> 8) % 7;
        size_t *block = take(size, (random >> 16) % DEPTH);
        published->objects++;
        published->bytes += size;
        *block = size;
        give_back(atomic_exchange(&slots[random >> 25], block));
    }
    return NULL;
}

static void use(const char *plugin)
{
    void *library = dlopen(plugin, RTLD_NOW | RTLD_LOCAL);
    void (*allocate)(void) = library ? (void (*)(void))dlsym(library, "plugin_allocate") : NULL;
    if (!allocate)
        abort();
    allocate();
    dlclose(library);
}

static void be_child(unsigned round)
{
    published = &in_child;
    each = 1000;
    work((void *)(uintptr_t)round);
    if (round % 2)
        _exit(0);
    exit(0);
}

int main(int argc, char **argv)
{
    int fd = argc == 4 ? open(argv[1], O_RDWR | O_CREAT, 0600) : -1;
    if (fd < 0 || ftruncate(fd, sizeof *published) != 0)
        return 2;
    published = mmap(NULL, sizeof *published, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    published->pid = (uint64_t)getpid();
    for (unsigned round = 0; round < (unsigned)atoi(argv[2]); round++) {
        pthread_t threads[THREADS];
        for (unsigned i = 0; i < THREADS; i++)
            if (pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)(round * THREADS + i)))
                return 2;
        pid_t child = fork();
        if (child == 0)
            be_child(round);
        use(argv[3]);
        for (unsigned i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        int status;
        if (waitpid(child, &status, 0) != child || status != 0)
            return 3;
        published->rounds++;
        while (published->rounds == published->rest_after)
            usleep(1000);
    }
    for (unsigned i = 0; i < SLOTS; i++)
        give_back(atomic_exchange(&slots[i], NULL));
}
