/* SPDX-License-Identifier: Apache-2.0
 * build: -O2 -pthread
 *
 * Ways to allocate in C that were written down with what is to be said of them before any of them
 * was tried.
 */
#include "shapes.h"

#include <dirent.h>
#include <iconv.h>
#include <limits.h>
#include <locale.h>
#include <obstack.h>
#include <pthread.h>
#include <regex.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <ucontext.h>
#include <wchar.h>

#define obstack_chunk_alloc malloc
#define obstack_chunk_free  free

static volatile unsigned long sink;

/* --- one at a time --- */

static jmp_buf back;

APART static void fail_halfway(void)
{
    sink++;
    longjmp(back, 1);
}

SHAPE(stack, left_by_longjmp)
{
    char *volatile text = malloc(60 + (size_t)turn % 4);
    use(text, 60);
    if (setjmp(back) == 0)
        fail_halfway();
    free(text);
    stay();
}

struct request {
    int number;
    void (*done)(struct request *request);
    char rest[120];
};

static void free_when_done(struct request *request)
{
    sink = (unsigned long)request->number;
    free(request);
    stay();
}

APART static void run(struct request *request)
{
    request->done(request);
    stay();
}

SHAPE(stack, freed_by_a_callback)
{
    struct request *request = malloc(sizeof(*request));
    use(request, sizeof(*request));
    request->number = turn;
    request->done = free_when_done;
    run(request);
    stay();
}

APART static unsigned long digits(unsigned long number, unsigned depth)
{
    char *text = malloc(24);
    use(text, 24);
    unsigned long sum = number % 10 + (depth ? digits(number / 10, depth - 1) : 0);
    sink = (unsigned long)text[3];
    free(text);
    stay();
    return sum;
}

SHAPE(stack, recursion)
{
    sink = digits((unsigned long)turn * 1234567, 7);
    stay();
}

SHAPE(stack, printed_path) /* by way of asprintf */
{
    char *path;
    if (asprintf(&path, "/var/lib/%s/%d.data", "something", turn) < 0)
        abort();
    sink = strlen(path);
    free(path);
    stay();
}

SHAPE(stack, line_of_input) /* by way of getline */
{
    static FILE *input;
    char *line = NULL;
    size_t bytes = 0;
    if (!input)
        input = fopen("/etc/passwd", "r");
    if (getline(&line, &bytes, input) < 0)
        rewind(input);
    sink = (unsigned long)turn;
    free(line);
    stay();
}

SHAPE(stack, report_in_memory) /* by way of open_memstream */
{
    char *text;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    fprintf(out, "turn %d", turn);
    fclose(out);
    sink = bytes;
    free(text);
    stay();
}

SHAPE(stack, objects_on_an_obstack)
{
    struct obstack objects;
    obstack_init(&objects);
    for (int i = 0; i < 20; i++)
        use(obstack_alloc(&objects, 40), 40);
    obstack_free(&objects, NULL);
    sink = (unsigned long)turn;
    stay();
}

static int by_number(const void *first, const void *second)
{
    return *(const int *)first - *(const int *)second;
}

SHAPE(stack | none, sorted_numbers) /* by way of qsort */ /* a later C library sorts in place */
{
    static int numbers[3000];
    for (int i = 0; i < 3000; i++)
        numbers[i] = (int)(chance() % 10000) + turn % 2;
    qsort(numbers, 3000, sizeof(*numbers), by_number);
    stay();
}

SHAPE(stack, directory) /* by way of opendir */
{
    DIR *directory = opendir("/etc");
    if (directory && readdir(directory))
        sink = (unsigned long)turn;
    closedir(directory);
    stay();
}

SHAPE(stack, true_path) /* by way of realpath */
{
    char *path = realpath("/usr/../etc", NULL);
    sink = strlen(path) + (unsigned long)turn;
    free(path);
    stay();
}

SHAPE(stack, wide_copy) /* by way of strdup */
{
    wchar_t *copy = wcsdup(turn % 2 ? L"some wide text" : L"some other wide text");
    sink = wcslen(copy);
    free(copy);
    stay();
}

SHAPE(stack, file_each_time) /* by way of stdio's buffer|fopen */
{
    FILE *file = fopen("/etc/passwd", "r");
    sink = (unsigned long)getc(file) + (unsigned long)turn;
    fclose(file);
    stay();
}

SHAPE(stack | arena, expression_each_time) /* by way of regcomp */
{
    regex_t expression;
    if (turn % 10)
        return;
    if (regcomp(&expression, "^[a-z]+ ([0-9]*)$", REG_EXTENDED) == 0)
        sink = (unsigned long)regexec(&expression, "abc 123", 0, NULL, 0);
    regfree(&expression);
    stay();
}

SHAPE(stack | arena, converted_text) /* by way of iconv_open */
{
    char in[] = "text", out[64], *from = in, *to = out;
    size_t left = 4, room = sizeof(out);
    iconv_t converter = iconv_open("UTF-16LE", "UTF-8");
    sink = iconv(converter, &from, &left, &to, &room) + (unsigned long)turn;
    iconv_close(converter);
    stay();
}

SHAPE(stack | none, locale_each_time) /* by way of locale */ /* the C library knows some by heart */
{
    locale_t locale = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    if (locale)
        freelocale(locale);
    sink = (unsigned long)turn;
    stay();
}

static ucontext_t caller, fiber;

static void in_fiber(void)
{
    char *text = malloc(90);
    use(text, 90);
    swapcontext(&fiber, &caller);
    free(text);
}

SHAPE(stack, fiber_each_time)
{
    size_t bytes = 32 << 10;
    void *stack = malloc(bytes);
    if (turn % 10)
        goto end;
    getcontext(&fiber);
    fiber.uc_stack.ss_sp = stack;
    fiber.uc_stack.ss_size = bytes;
    fiber.uc_link = &caller;
    makecontext(&fiber, in_fiber, 0);
    swapcontext(&caller, &fiber);
    swapcontext(&caller, &fiber);
end:
    free(stack);
    stay();
}

struct scratch {
    int *cells;
};

APART static void scratch_init(struct scratch *scratch, size_t count)
{
    scratch->cells = calloc(count, sizeof(int));
    use(scratch->cells, count);
    stay();
}

APART static void scratch_deinit(struct scratch *scratch)
{
    free(scratch->cells);
    stay();
}

SHAPE(stack, made_and_unmade_by_helpers)
{
    struct scratch scratch;
    scratch_init(&scratch, 64);
    scratch.cells[3] = turn;
    sink = (unsigned long)scratch.cells[3];
    scratch_deinit(&scratch);
    stay();
}

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
    static void (*const shapes[])(int) = {left_by_longjmp,
                                          freed_by_a_callback,
                                          recursion,
                                          printed_path,
                                          line_of_input,
                                          report_in_memory,
                                          objects_on_an_obstack,
                                          sorted_numbers,
                                          directory,
                                          true_path,
                                          wide_copy,
                                          file_each_time,
                                          expression_each_time,
                                          converted_text,
                                          locale_each_time,
                                          fiber_each_time,
                                          made_and_unmade_by_helpers,
                                          doubled,
                                          one_more_each_time,
                                          copied_by_hand,
                                          tree,
                                          list_of_copies,
                                          rows};
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
