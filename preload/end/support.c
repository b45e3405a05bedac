/* SPDX-License-Identifier: Apache-2.0
 *
 * The entry point, and the four functions of libc that the compiler may call by itself.
 */
#include "preload/end/support.h"
#include "arch_entry.h"
#include "preload/base/sys.h"

#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#define LINE_MOST 4096 /* a pipe that is ready takes as much without blocking */

/* The kernel leaves argc, argv and envp where the stack pointer points. */
ARCH_ENTRY(end_start);

void end_start(uintptr_t *stack) __attribute__((noreturn, used));
void end_start(uintptr_t *stack)
{
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1);
    end_main(argc, argv, argv + argc + 1);
}

void end_exit(int status)
{
    for (;;)
        SYS(exit_group, status);
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        ((char *)to)[i] = ((const char *)from)[i];
    return to;
}

void *memset(void *to, int value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        ((char *)to)[i] = (char)value;
    return to;
}

int memcmp(const void *left, const void *right, size_t bytes)
{
    const unsigned char *a = left, *b = right;
    for (size_t i = 0; i < bytes; i++)
        if (a[i] != b[i])
            return a[i] - b[i];
    return 0;
}

size_t strlen(const char *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}

uint64_t end_number(const char *text)
{
    uint64_t number = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (uint64_t)(*text - '0');
    return number;
}

void end_say(const char *first, ...)
{
    static char line[LINE_MOST];
    size_t length = 0;
    va_list strings;
    va_start(strings, first);
    for (const char *s = first; s; s = va_arg(strings, const char *))
        for (; *s && length < sizeof line; s++)
            line[length++] = *s;
    va_end(strings);
    if (length == sizeof line)
        line[length - 1] = '\n';
    struct pollfd ready = {.fd = 2, .events = POLLOUT};
    struct timespec now = {0, 0};
    if (SYS(ppoll, &ready, 1, &now, NULL, SYS_SIGNAL_SET) == 1 && ready.revents & POLLOUT)
        SYS(write, 2, line, length);
}
