/* SPDX-License-Identifier: Apache-2.0
 *
 * PATH lookup and the chain of "#!" lines.
 */
#include "tools/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/open_regular.h"
#include "tools/executable.h"

#define SHEBANG_MAX   256 /* what Linux reads of the first line */
#define SHEBANG_DEPTH 5   /* scripts whose interpreter is a script */
#define DEFAULT_PATH  "/bin:/usr/bin"

/* Whether exec would run it: 0, or an errno.  A directory gives EISDIR, where exec says EACCES. */
static int check_runnable(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    if (!S_ISREG(status.st_mode))
        return EACCES;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

static struct error *describe(const char *path, int number)
{
    if (number == EISDIR)
        return error_create("%s: is a directory; try a program in it", path);
    if (number == EACCES && access(path, F_OK) == 0)
        return error_create("%s: is not executable; try chmod +x, or run its interpreter", path);
    if (number == ENOENT || number == ENOTDIR)
        return error_create("%s: not found; try another path", path);
    return error_create_errno(number, "%s", path);
}

/* An empty element of PATH is the current directory. */
static char *join(const char *directory, size_t length, const char *name)
{
    char *path;
    int printed = length ? asprintf(&path, "%.*s/%s", (int)length, directory, name)
                         : asprintf(&path, "./%s", name);
    return printed < 0 ? NULL : path;
}

static struct error *find_in_path(const char *name, char **path)
{
    const char *directories = getenv("PATH");
    char *refused = NULL;
    for (const char *at = directories ? directories : DEFAULT_PATH; at; at++) {
        size_t length = strcspn(at, ":");
        char *candidate = join(at, length, name);
        if (!candidate)
            return error_no_memory();
        int number = check_runnable(candidate);
        if (number == 0) {
            free(refused);
            *path = candidate;
            return NULL;
        }
        if (number == EACCES && !refused)
            refused = candidate;
        else
            free(candidate);
        at += length;
        if (!*at)
            break;
    }
    struct error *error =
        refused ? describe(refused, EACCES)
                : error_create("%s: not found in PATH; try its path, as in ./%s", name, name);
    free(refused);
    return error;
}

struct error *program_find(const char *name, char **path)
{
    *path = NULL;
    if (!*name)
        return error_create("the program's name is empty");
    if (!strchr(name, '/'))
        return find_in_path(name, path);
    int number = check_runnable(name);
    if (number)
        return describe(name, number);
    *path = strdup(name);
    return *path ? NULL : error_no_memory();
}

/* The first bytes of a file, NUL-terminated; false if it cannot be read. */
static bool read_start(const char *path, char start[static SHEBANG_MAX + 1], size_t *length)
{
    int fd = open_regular(path, 0, NULL);
    ssize_t got = fd < 0 ? -1 : read(fd, start, SHEBANG_MAX);
    if (fd >= 0)
        close(fd);
    if (got < 0)
        return false;
    start[got] = '\0';
    *length = (size_t)got;
    return true;
}

/* "#!/usr/bin/env prog": what env will look up; NULL when it is not that plain. */
static const char *program_of_env(const char *interpreter, const char *argument)
{
    const char *base = strrchr(interpreter, '/');
    if (!base || strcmp(base, "/env") != 0 || !*argument || argument[0] == '-' ||
        strpbrk(argument, "= \t"))
        return NULL;
    return argument;
}

static struct error *check_chain(const char *path, int depth);

/* `line` is what follows "#!". */
static struct error *check_interpreter(const char *script, char *line, int depth)
{
    line[strcspn(line, "\n")] = '\0';
    char *interpreter = line + strspn(line, " \t");
    char *argument = interpreter + strcspn(interpreter, " \t");
    if (*argument)
        *argument++ = '\0';
    argument += strspn(argument, " \t");
    argument[strcspn(argument, "\r")] = '\0';
    for (size_t end = strlen(argument); end && strchr(" \t", argument[end - 1]); end--)
        argument[end - 1] = '\0';

    int number = check_runnable(interpreter);
    char *found = NULL;
    struct error *error = number ? describe(interpreter, number) : NULL;
    const char *name = error ? NULL : program_of_env(interpreter, argument);
    if (name)
        error = program_find(name, &found);
    if (!error)
        error = check_chain(found ? found : interpreter, depth);
    free(found);
    if (!error)
        return NULL;
    struct error *named =
        depth > 1 ? error_create("%s", error_message(error))
                  : error_create("%s: its interpreter %s", script, error_message(error));
    error_destroy(error);
    return named;
}

static struct error *check_chain(const char *path, int depth)
{
    char start[SHEBANG_MAX + 1];
    size_t length;
    if (depth > SHEBANG_DEPTH)
        return error_create(
            "%s: a script whose interpreter is a script, %d times; try the interpreter itself",
            path, SHEBANG_DEPTH);
    bool is_readable = read_start(path, start, &length);
    if (is_readable && start[0] == '#' && start[1] == '!')
        return check_interpreter(path, start + 2, depth + 1);
    bool is_elf = !is_readable || (length >= 4 && memcmp(start, "\177ELF", 4) == 0);
    if (!is_elf && memchr(start, '\0', length))
        return error_create("%s: neither an ELF program nor a script; "
                            "try the program that runs it",
                            path);
    if (!is_elf)
        return error_create("%s: a text without a #! line; try sh %s", path, path);
    return executable_check(path);
}

struct error *program_check(const char *path)
{
    return check_chain(path, 0);
}
