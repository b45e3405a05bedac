/* SPDX-License-Identifier: Apache-2.0
 *
 * An error is one heap block, or a static one where there is no memory.
 */
#include "collector/base/error.h"
#include "collector/base/clean.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct error {
    char message[1024];
};

static struct error no_memory = {"out of memory"};

struct error *error_no_memory(void)
{
    return &no_memory;
}

static struct error *create(const char *format, va_list arguments)
{
    struct error *error = malloc(sizeof(*error));
    if (!error)
        return &no_memory;
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    clean_text(error->message); /* it is one line, whatever a path in it holds */
    return error;
}

struct error *error_create(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct error *error = create(format, arguments);
    va_end(arguments);
    return error;
}

struct error *error_create_errno(int number, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct error *error = create(format, arguments);
    va_end(arguments);
    if (error != &no_memory) {
        size_t length = strlen(error->message);
        snprintf(error->message + length, sizeof(error->message) - length, ": %s",
                 strerror(number));
    }
    return error;
}

const char *error_message(const struct error *error)
{
    return error->message;
}

void error_destroy(struct error *error)
{
    if (error != &no_memory)
        free(error);
}
