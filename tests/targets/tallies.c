/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that counts itself: its blocks have many sizes, some of which it frees again.  It
 * writes what it has counted, and what its allocator says of itself, as lines of NAME VALUE, then
 * waits for the end of its input.  Nothing between the first block and the last line allocates
 * anything else.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCKS 20000

static void *kept[BLOCKS];
static size_t sizes[BLOCKS];
static uint64_t mallocs, frees, allocated, freed;
static uint64_t of_size_100[2];

static size_t next_size(void)
{
    static uint64_t state = 7;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    uint64_t kind = state >> 60;
    return kind == 0 ? 100 : kind < 12 ? 1 + (state >> 33) % 2000 : 1 + (state >> 33) % 40000;
}

static void put(const char *name, uint64_t value)
{
    char line[100];
    int length = snprintf(line, sizeof line, "%s %llu\n", name, (unsigned long long)value);
    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        abort();
}

static void take(unsigned i)
{
    sizes[i] = next_size();
    kept[i] = malloc(sizes[i]);
    memset(kept[i], 1, sizes[i]);
    mallocs++;
    allocated += sizes[i];
    of_size_100[0] += sizes[i] == 100;
}

static void drop(unsigned i)
{
    frees++;
    freed += sizes[i];
    of_size_100[1] += sizes[i] == 100;
    free(kept[i]);
    kept[i] = NULL;
}

/* jemalloc's, if that is there; found by the loader, since dlsym would allocate. */
int mallctl(const char *name, void *old, size_t *old_length, void *new, size_t new_length)
    __attribute__((weak));

static void put_jemalloc(void)
{
    uint64_t epoch = 1;
    size_t value, length = sizeof epoch;
    if (!mallctl)
        return;
    mallctl("epoch", &epoch, &length, &epoch, sizeof epoch);
    static const char *const names[] = {"stats.allocated", "stats.resident", "stats.mapped"};
    for (unsigned i = 0; i < 3; i++) {
        length = sizeof value;
        if (mallctl(names[i], &value, &length, NULL, 0) == 0)
            put(names[i], value);
    }
}

int main(void)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        take(i);
    for (unsigned i = 0; i < BLOCKS; i += 3)
        drop(i);
    uint64_t usable = 0;
    for (unsigned i = 0; i < BLOCKS; i++)
        usable += kept[i] ? malloc_usable_size(kept[i]) : 0;
    struct mallinfo2 info = mallinfo2();
    put("mallocs", mallocs);
    put("frees", frees);
    put("allocated", allocated);
    put("inuse", allocated - freed);
    put("mallocs_of_100", of_size_100[0]);
    put("frees_of_100", of_size_100[1]);
    put("usable", usable);
    put("arena", info.arena + info.hblkhd);
    put("uordblks", info.uordblks + info.hblkhd);
    put_jemalloc();
    put("ready", 1);
    char byte;
    return read(STDIN_FILENO, &byte, 1) != 0;
}
