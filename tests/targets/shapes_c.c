/* SPDX-License-Identifier: Apache-2.0
 * build: -O2
 *
 * C as it is written and optimized: longjmp, cleanup, setters, streams in memory, lines, tail
 * calls, inlined helpers.
 */
#include "shapes.h"

#include <setjmp.h>
#include <stdio.h>

/* ---- what ends in the call that made it ---- */

static jmp_buf back;

APART static void give_up(int turn)
{
    if (turn >= 0)
        longjmp(back, 1);
}

SHAPE(stack, freed_after_a_longjmp)
{
    char *volatile block = malloc(88);
    use(block, 88);
    if (setjmp(back) == 0)
        give_up(turn);
    free(block);
    stay();
}

static void free_it(char **block)
{
    free(*block);
}

SHAPE(stack, freed_by_cleanup)
{
    __attribute__((cleanup(free_it))) char *block = malloc(47);
    use(block, 40);
    block[0] = (char)turn;
    stay();
}

/* The last call is a jump. */
SHAPE(stack, freed_by_a_jump)
{
    char *block = malloc(53);
    use(block, 50);
    block[0] = (char)turn;
    free(block);
}

static inline char *inlined_copy(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = malloc(bytes);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

SHAPE(stack, inlined_helpers)
{
    char *copy = inlined_copy(turn % 2 ? "some text of a length" : "some other text");
    use(copy, 4);
    free(copy);
    stay();
}

SHAPE(stack, stream_in_memory)
{
    char *text = NULL;
    size_t bytes = 0;
    if (turn % 4)
        return;
    FILE *stream = open_memstream(&text, &bytes);
    if (!stream)
        abort();
    fprintf(stream, "number %d", turn);
    fclose(stream);
    use(text, 2);
    free(text);
    stay();
}

/* ---- many that end together ---- */

struct token {
    struct token *next;
    char text[12];
};

APART static struct token *scan(const char *text)
{
    struct token *all = NULL;
    for (; *text; text++) {
        struct token *one = malloc(sizeof(*one));
        use(one, sizeof(*one));
        one->next = all;
        all = one;
    }
    return all;
}

APART static void drop_tokens(struct token *all)
{
    while (all) {
        struct token *next = all->next;
        free(all);
        all = next;
    }
}

SHAPE(arena, tokens_of_a_line)
{
    struct token *all = scan(turn % 2 ? "a = b + (c - d);" : "if (x) y();");
    use(all->text, 4);
    drop_tokens(all);
    stay();
}

/* ---- growth ---- */

SHAPE(reserve, text_that_is_added_to)
{
    char *all = NULL;
    size_t count = 0;
    for (int i = 0; i < 20; i++) {
        char piece[16];
        size_t more = (size_t)snprintf(piece, sizeof(piece), "%d,", turn + i);
        all = realloc(all, count + more + 1);
        if (!all)
            abort();
        memcpy(all + count, piece, more + 1);
        count += more;
    }
    use(all, 3);
    free(all);
    stay();
}

static inline void make_room(char **bytes, size_t *room, size_t needed)
{
    if (needed <= *room)
        return;
    *room = needed + 64;
    *bytes = realloc(*bytes, *room);
    if (!*bytes)
        abort();
}

SHAPE(reserve, lines_that_become_longer)
{
    char *line = NULL;
    size_t room = 0;
    for (size_t i = 0; i < 700; i++) {
        make_room(&line, &room, i + 1);
        line[i] = (char)turn;
    }
    use(line, 3);
    free(line);
    stay();
}

/* ---- what comes and goes ---- */

static char *first, *second;

SHAPE(pool, two_buffers_by_turns)
{
    char **one = turn % 2 ? &first : &second;
    free(*one);
    *one = malloc(150);
    use(*one, 20);
}

struct message {
    int due;
    char text[40];
};
static struct message *mailbox[16];

APART static struct message *new_message(int due)
{
    struct message *one = malloc(sizeof(*one));
    use(one, sizeof(*one));
    one->due = due;
    return one;
}

SHAPE(pool, messages_that_wait)
{
    unsigned slot = chance() % 16;
    if (mailbox[slot])
        free(mailbox[slot]);
    mailbox[slot] = new_message(turn);
    stay();
}

/* ---- nothing to change ---- */

static char *logged[9];

SHAPE(none, log_of_long_and_short_lines)
{
    char **one = &logged[turn % 9];
    size_t bytes = 20 + (chance() % 10 ? chance() % 80 : chance() % 9000);
    free(*one);
    *one = malloc(bytes);
    use(*one, 20);
}

static void *mostly_kept[4096];
static int mostly;

SHAPE(none, mostly_kept_blocks)
{
    void *block = malloc(66);
    use(block, 66);
    if (turn % 100 == 99)
        free(block);
    else if (mostly < 4096)
        mostly_kept[mostly++] = block;
    stay();
}

int main(int argc, char **argv)
{
    static void (*const shapes[])(int) = {
        freed_after_a_longjmp,
        freed_by_cleanup,
        freed_by_a_jump,
        inlined_helpers,
        stream_in_memory,
        tokens_of_a_line,
        text_that_is_added_to,
        lines_that_become_longer,
        two_buffers_by_turns,
        messages_that_wait,
        log_of_long_and_short_lines,
        mostly_kept_blocks,
    };
    int turns = argc > 1 ? atoi(argv[1]) : 2000;
    for (int turn = 0; turn < turns; turn++)
        for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
            shapes[i](turn);
    return 0;
}
