/* SPDX-License-Identifier: Apache-2.0
 *
 * Forms of C functions for the comparison of names: static, inlined several deep, nested, aliases,
 * weak ones, jumps instead of calls, cold parts, included code and #line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TWICE(call)                                                                                \
    do {                                                                                           \
        kept[0] = (call);                                                                          \
        kept[1] = (call);                                                                          \
    } while (0)

static void *volatile kept[4];
static jmp_buf back;

static inline __attribute__((always_inline)) void *innermost(size_t n)
{
    void *p = malloc(n + 1);
    return p;
}
static inline __attribute__((always_inline)) void *middle(size_t n)
{
    if (n & 1) {
        void *volatile first = innermost(n);
        return first;
    }
    return innermost(n * 2);
}
static inline __attribute__((always_inline)) void *outer(size_t n)
{
    void *p = middle(n);
    for (size_t i = 0; i < n % 3; i++) {
        size_t more = i + n;
        kept[2] = middle(more);
    }
    return p;
}
__attribute__((noinline)) void *of_inlines(size_t n)
{
    TWICE(outer(n));
    return outer(n + 3);
}

static void *small_and_static(size_t n)
{
    return calloc(n, 2);
}
static void *sometimes_inlined(size_t n)
{
    return small_and_static(n) ? small_and_static(n + 1) : NULL;
}

/* The compiler may split it, and put a part elsewhere. */
__attribute__((noinline)) static int with_a_cold_part(int n)
{
    if (__builtin_expect(n > 1000000, 0)) {
        fprintf(stderr, "too large: %d\n", n);
        abort();
    }
    return snprintf((char[16]){0}, 16, "%d", n);
}

void *public_name(size_t n);
__attribute__((noinline)) void *real_name(size_t n)
{
    return malloc(n);
}
void *public_name(size_t n) __attribute__((alias("real_name")));
__attribute__((weak, noinline)) void *weak_name(size_t n)
{
    void *volatile p = malloc(n);
    return p;
}
__attribute__((noinline)) void *renamed(size_t n) __asm__("name_in_assembly");
void *renamed(size_t n)
{
    void *volatile p = malloc(n);
    return p;
}

static __attribute__((noinline)) void *jumps(size_t n)
{
    return real_name(n);
}

static __attribute__((noinline)) char *many(int count, ...)
{
    va_list list;
    char *all = strdup("");
    va_start(list, count);
    for (int i = 0; i < count; i++) {
        const char *next = va_arg(list, const char *);
        char *longer = realloc(all, strlen(all) + strlen(next) + 1);
        all = longer ? strcat(longer, next) : all;
    }
    va_end(list);
    return all;
}

static __attribute__((noinline, noreturn)) void gives_up(int value)
{
    longjmp(back, value);
}
static __attribute__((noinline)) void last_call_does_not_return(int value)
{
    puts("");
    gives_up(value);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* What a generator writes. */
#line 1000 "generated/grammar.y"
static __attribute__((noinline)) void *generated(size_t n)
{
    return malloc(n + 5);
}
#line 116 "forms.c"

#ifndef __clang__
static __attribute__((noinline)) int has_nested(int base)
{
    __attribute__((noinline)) int nested(int n)
    {
        return n > 0 ? nested(n - 1) + base : abs(with_a_cold_part(n));
    }
    return nested(3);
}
#else
static __attribute__((noinline)) int has_nested(int base)
{
    return with_a_cold_part(base);
}
#endif

typedef void *(*maker)(size_t);
static const maker makers[] = {of_inlines, sometimes_inlined, weak_name, renamed, jumps, generated};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
        free(makers[i](i + (size_t)argc));
    if (setjmp(back) == 0)
        last_call_does_not_return(argc);
    free(public_name(3));
    qsort(argv, (size_t)argc, sizeof(*argv), by_name);
    char *text = many(2, "a", argv[0]);
    int length = has_nested(argc);
    switch (argc) {
    case 1:
        free(sometimes_inlined(1));
        break;
    case 2: {
        size_t twice = (size_t)length * 2;
        free(outer(twice));
        break;
    }
    default:
        free(of_inlines(9));
    }
    free(text);
    return length < 0;
}
