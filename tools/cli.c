/* SPDX-License-Identifier: Apache-2.0
 *
 * Error lines, help and exit statuses of all commands.
 */
#include "tools/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/clean.h"
#include "collector/base/open_regular.h"
#include "tools/columns.h"

/* Prints one line on stderr; control characters of a name in it are replaced. */
static void put_line(const char *command, const char *tail, const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    fprintf(stderr, "memprof %s: %s%s\n", command, text ? clean_text(text) : "out of memory", tail);
    free(text);
}

void cli_complain(const char *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout);
    put_line(command, "", format, arguments);
    va_end(arguments);
}

int cli_fail(const char *command, struct error *error)
{
    cli_complain(command, "%s", error_message(error));
    error_destroy(error);
    return CLI_CANNOT;
}

int cli_misuse(const char *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char tail[128];
    snprintf(tail, sizeof tail, "; try 'memprof %s --help' for more information.", command);
    put_line(command, tail, format, arguments);
    va_end(arguments);
    return CLI_CANNOT;
}

int cli_help(const char *command, const char *text)
{
    fputs(text, stdout);
    return cli_finish(command, CLI_DONE);
}

int cli_version(const char *command)
{
    puts("memprof " MEMPROF_VERSION);
    return cli_finish(command, CLI_DONE);
}

void cli_put(const char *text, int width)
{
    columns_put(stdout, text, width > 0 ? (size_t)width : 0);
}

void cli_put_line(const char *text)
{
    size_t length = strlen(text);
    length -= length > 0 && text[length - 1] == '\r';
    for (size_t at = 0; at < length; at++) { /* tabs stay */
        size_t step = strcspn(text + at, "\t");
        clean_put(stdout, text + at, step < length - at ? step : length - at);
        at += step;
        if (at < length)
            putchar('\t');
    }
    putchar('\n');
}

static bool is_closed; /* standard output, from the start */

void cli_init(void)
{
    is_closed = fcntl(STDOUT_FILENO, F_GETFD) < 0;
    open_standard_descriptors();
}

int cli_finish(const char *command, int status)
{
    if (is_closed) {
        cli_complain(command, "standard output: it is closed");
        return CLI_CANNOT;
    }
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (errno != EPIPE)
        cli_complain(command, "standard output: %s", errno ? strerror(errno) : "write error");
    return CLI_CANNOT;
}
