/* SPDX-License-Identifier: Apache-2.0
 *
 * Error lines, help and exit statuses of all commands.
 */
#include "tools/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

int cli_try_help(const char *command)
{
    fprintf(stderr, "Try 'memprof %s --help' for more information.\n", command);
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

int cli_finish(const char *command, int status)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (errno != EPIPE)
        cli_complain(command, "standard output: %s", errno ? strerror(errno) : "write error");
    return CLI_CANNOT;
}

void cli_name(char **argv, const char *command)
{
    static char name[64];
    snprintf(name, sizeof name, "memprof %s", command);
    argv[0] = name;
}
