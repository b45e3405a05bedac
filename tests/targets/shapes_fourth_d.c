// SPDX-License-Identifier: Apache-2.0
// build: -O2 -pthread
//
// The second half of shapes_fourth_c.c: what comes and goes, or stays, and threads.
#include "shapes.h"

#include <pthread.h>
#include <search.h>
#include <stdio.h>
#include <ucontext.h>

static volatile unsigned long sink;

struct step {
    struct step *next;
    int node;
};

/* --- what comes and goes --- */

struct page {
    struct page *in_bucket, *older, *newer;
    int key;
    char value[70];
};

SHAPE(pool, cache_of_pages)
{
    static struct page *buckets[32], ends = {NULL, &ends, &ends, 0, ""};
    static int held;
    int key = (int)(chance() % 200) + turn * 0;
    struct page **at = &buckets[key % 32], *page;
    while (*at && (*at)->key != key)
        at = &(*at)->in_bucket;
    if (*at)
        return;
    if (held == 40) {
        struct page *oldest = ends.newer, **place = &buckets[oldest->key % 32];
        while (*place != oldest)
            place = &(*place)->in_bucket;
        *place = oldest->in_bucket;
        ends.newer = oldest->newer;
        oldest->newer->older = &ends;
        free(oldest);
        held--;
    }
    page = calloc(1, sizeof(*page));
    *page = (struct page){buckets[key % 32], ends.older, &ends, key, ""};
    buckets[key % 32] = page;
    ends.older->newer = page;
    ends.older = page;
    held++;
}

SHAPE(pool, history_of_edits) /* by way of strdup */
{
    static char *history[20];
    char text[60];
    snprintf(text, sizeof(text), "edit number %d of this session", turn);
    free(history[turn % 20]);
    history[turn % 20] = strdup(text);
}

static ucontext_t outside, inside;
static int *yielded;
static char fiber_stack[1 << 16];

APART static int *make_item(int i)
{
    int *item = malloc(24);
    use(item, 24);
    item[0] = i;
    return item;
}

// SHAPE(pool | stack, produce)
static void produce(void)
{
    for (int i = 0;; i++) {
        yielded = make_item(i);
        swapcontext(&inside, &outside);
    }
}

APART static void items_of_a_fiber(int turn)
{
    if (turn == 0) {
        getcontext(&inside);
        inside.uc_stack.ss_sp = fiber_stack;
        inside.uc_stack.ss_size = sizeof(fiber_stack);
        makecontext(&inside, produce, 0);
    }
    swapcontext(&outside, &inside);
    free(yielded);
    stay();
}

/* --- what would not be better in a pool --- */

SHAPE(no_pool, tiles_of_any_size)
{
    static void *tiles[10];
    void **tile = &tiles[chance() % 10];
    free(*tile);
    *tile = malloc(500 + chance() % 90000);
    sink = (unsigned long)turn;
}

SHAPE(no_pool, jobs_of_the_night)
{
    static void *jobs[300];
    free(jobs[turn % 300]);
    jobs[turn % 300] = malloc(96);
    stay();
}

/* --- what stays --- */

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

SHAPE(kept, names_in_a_tree)
{
    static void *root;
    char name[40];
    snprintf(name, sizeof(name), "name %d", turn);
    if (!tfind(name, &root, by_name))
        tsearch(strdup(name), &root, by_name);
}

SHAPE(kept, records_in_a_list)
{
    static struct step *first;
    struct step *record = malloc(sizeof(*record));
    *record = (struct step){first, turn};
    first = record;
}

/* --- threads --- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static char *messages[32];
static unsigned written, read_so_far;

SHAPE(crossed, lines_for_the_log)
{
    char *line = malloc(80);
    snprintf(line, 80, "turn %d", turn);
    pthread_mutex_lock(&lock);
    while (written - read_so_far == 32)
        pthread_cond_wait(&changed, &lock);
    messages[written++ % 32] = line;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void *write_log(void *turns)
{
    for (int i = 0; i < *(int *)turns; i++) {
        pthread_mutex_lock(&lock);
        while (written == read_so_far)
            pthread_cond_wait(&changed, &lock);
        char *line = messages[read_so_far++ % 32];
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
        free(line);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int turns = argc > 1 ? atoi(argv[1]) : 2000;
    static void (*const shapes[])(int) = {cache_of_pages,    history_of_edits,  items_of_a_fiber,
                                          tiles_of_any_size, jobs_of_the_night, names_in_a_tree,
                                          records_in_a_list, lines_for_the_log};
    pthread_t logger;
    pthread_create(&logger, NULL, write_log, &turns);
    for (int turn = 0; turn < turns; turn++)
        for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
            shapes[i](turn);
    pthread_join(logger, NULL);
    return 0;
}
