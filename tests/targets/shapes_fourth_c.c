// SPDX-License-Identifier: Apache-2.0
// build: -O2
//
// Parts of a tool in C, called by turns, that were written down with what is to be said of them
// before any of them was tried.
#include "shapes.h"

#include <setjmp.h>
#include <stdio.h>

static volatile unsigned long sink;

/* --- one object at a time --- */

SHAPE(stack, words_of_a_copy) /* by way of strdup */
{
    char *copy = strdup("alpha beta gamma delta epsilon"), *rest;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        sink = (unsigned long)word[0] + (unsigned long)turn;
    free(copy);
}

struct walk {
    long sum;
    char path[200];
};

APART static int visit(const void *a, const void *b, void *context)
{
    struct walk *walk = context;
    walk->sum++;
    return *(const int *)a - *(const int *)b;
}

SHAPE(stack, context_of_a_callback)
{
    int numbers[8] = {5, 3, 8, turn, 1, 9, 2, 7};
    struct walk *walk = calloc(1, sizeof(*walk));
    qsort_r(numbers, 8, sizeof(*numbers), visit, walk);
    sink = (unsigned long)walk->sum;
    free(walk);
}

APART static char *join_path(const char *directory, const char *name)
{
    char *path = malloc(strlen(directory) + strlen(name) + 2);
    sprintf(path, "%s/%s", directory, name);
    return path;
}

APART static int look_up(const char *path)
{
    return (int)strlen(path);
}

SHAPE(stack, path_of_a_file)
{
    char *path = join_path("/usr/share/doc", turn % 2 ? "readme" : "a-longer-name");
    sink = (unsigned long)look_up(path);
    free(path);
}

APART static int finish(int *state)
{
    int result = state[1];
    free(state);
    return result;
}

SHAPE(stack, finished_by_a_call)
{
    int *state = malloc(16 * sizeof(int));
    use(state, 16 * sizeof(int));
    state[1] = turn;
    sink = (unsigned long)finish(state);
}

static jmp_buf failure;

APART static void read_record(char *into, int turn)
{
    into[0] = 'x';
    if (turn % 3 == 0)
        longjmp(failure, 1);
    stay();
}

SHAPE(stack, record_that_may_fail)
{
    char *volatile record = malloc(500);
    use(record, 500);
    if (setjmp(failure) == 0)
        read_record(record, turn);
    free(record);
}

/* --- all at once --- */

struct chunk {
    struct chunk *next;
    size_t used;
    char bytes[1000];
};

APART static void *from_chunks(struct chunk **chunks, size_t bytes)
{
    if (!*chunks || (*chunks)->used + bytes > sizeof((*chunks)->bytes)) {
        struct chunk *fresh = malloc(sizeof(*fresh));
        fresh->next = *chunks;
        fresh->used = 0;
        *chunks = fresh;
    }
    (*chunks)->used += bytes;
    return (*chunks)->bytes + (*chunks)->used - bytes;
}

SHAPE(arena, chunks_of_an_arena)
{
    struct chunk *chunks = NULL;
    for (int i = 0; i < 200; i++)
        use(from_chunks(&chunks, 40 + (size_t)(turn % 8)), 8);
    while (chunks) {
        struct chunk *next = chunks->next;
        free(chunks);
        chunks = next;
    }
}

struct symbol {
    struct symbol *next;
    char *name;
    int value;
};

APART static void define(struct symbol **table, const char *name, int value)
{
    struct symbol *symbol = malloc(sizeof(*symbol));
    unsigned hash = (unsigned)name[0] % 16;
    *symbol = (struct symbol){table[hash], strdup(name), value};
    table[hash] = symbol;
}

APART static void forget_all(struct symbol **table)
{
    for (int i = 0; i < 16; i++)
        while (table[i]) {
            struct symbol *symbol = table[i];
            table[i] = symbol->next;
            free(symbol->name);
            free(symbol);
        }
}

SHAPE(arena, symbols_of_a_scope)
{
    struct symbol *table[16] = {0};
    char name[8] = "a0";
    for (int i = 0; i < 18; i++) {
        name[0] = (char)('a' + i);
        define(table, name, turn);
    }
    forget_all(table);
}

struct expression {
    char operator;
    int value;
    struct expression *left, *right;
};

APART static struct expression *parse_sum(const char **at)
{
    struct expression *left = calloc(1, sizeof(*left));
    left->value = *(*at)++ - '0';
    while (**at == '+' || **at == '*') {
        struct expression *both = calloc(1, sizeof(*both));
        both->operator= *(*at)++;
        both->left = left;
        both->right = parse_sum(at);
        left = both;
    }
    return left;
}

APART static int evaluate(const struct expression *of)
{
    if (!of->operator)
        return of->value;
    int left = evaluate(of->left), right = evaluate(of->right);
    return of->operator== '+' ? left + right : left * right;
}

APART static void drop(struct expression *of)
{
    if (!of)
        return;
    drop(of->left);
    drop(of->right);
    free(of);
}

SHAPE(arena, expression_evaluated)
{
    const char *text = turn % 2 ? "1+2*3+4+5*6" : "7*8+9+1+2+3*4*5";
    struct expression *root = parse_sum(&text);
    sink = (unsigned long)evaluate(root);
    drop(root);
}

struct step {
    struct step *next;
    int node;
};

SHAPE(arena, queue_of_a_search)
{
    struct step *first = NULL, **last = &first;
    int seen = 0;
    for (int node = 0; node < 25; node++) {
        struct step *step = malloc(sizeof(*step));
        *step = (struct step){NULL, node * turn % 25};
        *last = step;
        last = &step->next;
        if (node % 2) {
            struct step *done = first;
            first = done->next;
            seen += done->node;
            free(done);
        }
    }
    while (first) {
        struct step *next = first->next;
        free(first);
        first = next;
    }
    sink = (unsigned long)seen;
}

/* --- what grows --- */

SHAPE(reserve, arguments_of_a_command)
{
    const char **arguments = NULL;
    for (size_t count = 0; count < 40; count++) {
        arguments = realloc(arguments, (count + 2) * sizeof(*arguments));
        arguments[count] = "argument";
        arguments[count + 1] = NULL;
    }
    sink = (unsigned long)arguments[turn % 40][0];
    free(arguments);
}

SHAPE(reserve, input_in_pieces)
{
    size_t room = 128, used = 0;
    char *text = malloc(room);
    for (int piece = 0; piece < 20; piece++) {
        if (used + 100 > room) {
            char *larger = malloc(room + 256);
            memcpy(larger, text, used);
            free(text);
            text = larger;
            room += 256;
        }
        memset(text + used, turn, 100);
        used += 100;
    }
    sink = (unsigned long)text[used / 2];
    free(text);
}

struct stack_of_numbers {
    int *items;
    size_t count, room;
};

APART static void push_number(struct stack_of_numbers *to, int number)
{
    if (to->count == to->room) {
        to->room = to->room * 3 / 2 + 4;
        to->items = reallocarray(to->items, to->room, sizeof(*to->items));
    }
    to->items[to->count++] = number;
}

SHAPE(reserve, numbers_on_a_stack)
{
    struct stack_of_numbers numbers = {0};
    for (int i = 0; i < 200 + turn % 50; i++)
        push_number(&numbers, i);
    sink = (unsigned long)numbers.items[7];
    free(numbers.items);
}

int main(int argc, char **argv)
{
    int turns = argc > 1 ? atoi(argv[1]) : 2000;
    static void (*const shapes[])(int) = {
        words_of_a_copy,      context_of_a_callback,  path_of_a_file,     finished_by_a_call,
        record_that_may_fail, chunks_of_an_arena,     symbols_of_a_scope, expression_evaluated,
        queue_of_a_search,    arguments_of_a_command, input_in_pieces,    numbers_on_a_stack};
    for (int turn = 0; turn < turns; turn++)
        for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
            shapes[i](turn);
    return 0;
}
