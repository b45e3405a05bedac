/* SPDX-License-Identifier: Apache-2.0
 *
 * Error lines, help and exit statuses of all commands.
 */
#include "tools/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void cli_complain(const char *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout);
    fprintf(stderr, "memprof %s: ", command);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
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
    fprintf(stderr, "memprof %s: ", command);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "; try 'memprof %s --help' for more information.\n", command);
    va_end(arguments);
    return CLI_CANNOT;
}

int cli_bad_option(const char *command, char **argv, int answer)
{
    const char *given = argv[optind - 1];
    char letter[] = {'-', (char)optopt, '\0'};
    bool is_long = strncmp(given, "--", 2) == 0;
    if (!is_long && optopt > ' ' && optopt <= '~')
        given = letter;
    return answer == ':' ? cli_misuse(command, "option '%s' needs a value", given)
                         : cli_misuse(command, "'%s' is not an option it has", given);
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
    for (; *text; text++, width--)
        putchar((unsigned char)*text < ' ' || *text == 127 ? '?' : *text);
    for (; width > 0; width--)
        putchar(' ');
}

void cli_put_line(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '\r' && i + 1 == length)
            break;
        putchar(byte != '\t' && (byte < ' ' || byte == 127) ? '?' : byte);
    }
    putchar('\n');
}

int cli_finish(const char *command, int status)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (errno != EPIPE)
        cli_complain(command, "standard output: %s", errno ? strerror(errno) : "write error");
    return CLI_CANNOT;
}
