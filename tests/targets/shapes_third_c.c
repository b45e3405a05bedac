/* SPDX-License-Identifier: Apache-2.0
 * build: -O2
 *
 * One object or buffer at a time, in ways that were written down with what is to be said of them
 * before any of them was tried.
 */
#include "shapes.h"

#include <dirent.h>
#include <iconv.h>
#include <locale.h>
#include <obstack.h>
#include <regex.h>
#include <setjmp.h>
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
                                          made_and_unmade_by_helpers};
    for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
        for (int turn = 0; turn < turns; turn++)
            shapes[i](turn);
    return 0;
}
