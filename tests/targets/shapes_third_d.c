/* SPDX-License-Identifier: Apache-2.0
 * build: -O2 -pthread
 *
 * What grows, ends together, comes and goes, stays, or is handed over, in ways that were written
 * down with what is to be said of them before any of them was tried.
 */
#include "shapes.h"

#include <pthread.h>
#include <stdio.h>

static volatile unsigned long sink;

/* --- what grows --- */

SHAPE(reserve, doubled)
{
    size_t capacity = 16, used = 0;
    char *text = malloc(capacity);
    for (; used < 1000 + (size_t)turn % 100; used++) {
        if (used == capacity)
            text = realloc(text, capacity *= 2);
        text[used] = 'x';
    }
    use(text, used);
    free(text);
    stay();
}

struct list {
    int *items;
    size_t count;
};

APART static void list_add(struct list *list, int item)
{
    list->items = realloc(list->items, (list->count + 1) * sizeof(int));
    list->items[list->count++] = item;
    stay();
}

SHAPE(reserve, one_more_each_time)
{
    struct list list = {NULL, 0};
    for (int i = 0; i < 60; i++)
        list_add(&list, i * turn);
    sink = (unsigned long)list.items[7];
    free(list.items);
    stay();
}

SHAPE(reserve, copied_by_hand)
{
    size_t capacity = 8;
    int *items = malloc(capacity * sizeof(int));
    use(items, capacity * sizeof(int));
    for (size_t used = 0; used < 500; used++) {
        if (used == capacity) {
            int *larger = malloc(2 * capacity * sizeof(int));
            memcpy(larger, items, capacity * sizeof(int));
            free(items);
            items = larger;
            capacity *= 2;
        }
        items[used] = turn;
    }
    use(items, 500 * sizeof(int));
    free(items);
    stay();
}

/* --- many that end together --- */

struct node {
    struct node *left, *right;
    unsigned key;
};

APART static struct node *insert(struct node *root, unsigned key)
{
    if (!root) {
        struct node *made = calloc(1, sizeof(*made));
        made->key = key;
        return made;
    }
    struct node **side = key < root->key ? &root->left : &root->right;
    *side = insert(*side, key);
    stay();
    return root;
}

APART static void tear_down(struct node *root)
{
    if (!root)
        return;
    tear_down(root->left);
    tear_down(root->right);
    free(root);
    stay();
}

SHAPE(arena, tree)
{
    struct node *root = NULL;
    for (int i = 0; i < 60; i++)
        root = insert(root, chance() % 1000);
    sink = root->key + (unsigned)turn;
    tear_down(root);
    stay();
}

SHAPE(arena, list_of_copies)
{
    struct item {
        struct item *next;
        char *name;
    } *first = NULL;
    for (int i = 0; i < 30; i++) {
        struct item *made = malloc(sizeof(*made));
        made->name = strdup("the name of an item");
        made->next = first;
        first = made;
    }
    sink = (unsigned long)turn;
    while (first) {
        struct item *next = first->next;
        free(first->name);
        free(first);
        first = next;
    }
    stay();
}

SHAPE(arena, rows)
{
    double *rows[24];
    for (int i = 0; i < 24; i++)
        use(rows[i] = malloc(32 * sizeof(double)), 8);
    sink = (unsigned long)turn;
    for (int i = 0; i < 24; i++)
        free(rows[i]);
    stay();
}

/* --- what comes and goes --- */

struct request {
    int number;
    char rest[120];
};

static struct request *in_flight[8];

SHAPE(pool, accepted)
{
    struct request *request = malloc(sizeof(*request));
    use(request, sizeof(*request));
    request->number = turn;
    in_flight[turn % 8] = request;
    stay();
}

APART static void finish(int turn)
{
    free(in_flight[(turn + 1) % 8]);
    in_flight[(turn + 1) % 8] = NULL;
    stay();
}

static char *title;

SHAPE(pool, set_title)
{
    free(title);
    title = malloc(48);
    use(title, 48);
    sink = (unsigned long)turn;
    stay();
}

SHAPE(pool, timers)
{
    static struct timer {
        long due;
        void *what[5];
    } *timers[20];
    struct timer **place = &timers[chance() % 20];
    free(*place);
    *place = malloc(sizeof(**place));
    use(*place, sizeof(**place));
    (*place)->due = turn;
    stay();
}

SHAPE(no_pool, sessions)
{
    static void *sessions[700];
    void **place = &sessions[chance() % 700];
    free(*place);
    use(*place = malloc(300), 300);
    sink = (unsigned long)turn;
    stay();
}

SHAPE(no_pool, packets)
{
    static void *waiting[6];
    void **place = &waiting[turn % 6];
    size_t bytes = 1 + chance() % 60000;
    free(*place);
    use(*place = malloc(bytes), bytes);
    stay();
}

SHAPE(none | kept, pool_of_its_own)
{
    static struct entry {
        struct entry *next;
        char rest[56];
    } *unused;
    struct entry *entry = unused;
    if (entry)
        unused = entry->next;
    else
        entry = malloc(sizeof(*entry));
    use(entry->rest, 8);
    entry->next = unused;
    unused = entry;
    sink = (unsigned long)turn;
    stay();
}

/* --- what stays --- */

struct entry {
    struct entry *next;
    int key;
};

SHAPE(kept, registry)
{
    static struct entry *first;
    struct entry *made = malloc(sizeof(*made));
    *made = (struct entry){first, turn};
    first = made;
    stay();
}

SHAPE(kept | reserve, environment) /* each name, and the table of all */
{
    char name[32];
    snprintf(name, sizeof(name), "NAME_%d=value", turn);
    if (turn < 300)
        putenv(strdup(name));
    stay();
}

/* --- threads --- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static void *queue[16];
static unsigned put, got;

SHAPE(crossed, handed_over)
{
    void *block = malloc(100);
    use(block, 100);
    pthread_mutex_lock(&lock);
    while (put - got == 16)
        pthread_cond_wait(&changed, &lock);
    queue[put++ % 16] = turn < 0 ? NULL : block;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    stay();
}

static void *take_over(void *count)
{
    for (long left = *(int *)count; left > 0; left--) {
        pthread_mutex_lock(&lock);
        while (put == got)
            pthread_cond_wait(&changed, &lock);
        void *block = queue[got++ % 16];
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
        free(block);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int turns = argc > 1 ? atoi(argv[1]) : 2000;
    static void (*const shapes[])(int) = {doubled, one_more_each_time, copied_by_hand,
                                          tree,    list_of_copies,     rows};
    for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
        for (int turn = 0; turn < turns; turn++)
            shapes[i](turn);
    for (int turn = 0; turn < turns; turn++) {
        accepted(turn);
        finish(turn);
        set_title(turn);
        timers(turn);
        sessions(turn);
        packets(turn);
        pool_of_its_own(turn);
        registry(turn);
        environment(turn);
    }
    pthread_t thread;
    pthread_create(&thread, NULL, take_over, &turns);
    for (int turn = 0; turn < turns; turn++)
        handed_over(turn);
    pthread_join(thread, NULL);
    return 0;
}
