/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks `dpkg -S`.
 */
#include "tools/package.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_BYTES_MAX 4096

/* The first bytes of what the command prints on stdout; NULL: it failed.  The caller frees it. */
static char *answer_of(char **arguments)
{
    int ends[2];
    pid_t child;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return NULL;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int failed = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    char *answer = malloc(ANSWER_BYTES_MAX);
    size_t length = 0;
    ssize_t got = 1;
    while (!failed && answer && length < ANSWER_BYTES_MAX - 1 && got > 0)
        if ((got = read(ends[0], answer + length, ANSWER_BYTES_MAX - 1 - length)) > 0)
            length += (size_t)got;
    close(ends[0]);
    int status = -1;
    if (!failed)
        waitpid(child, &status, 0);
    if (answer)
        answer[length] = '\0';
    if (status == 0)
        return answer;
    free(answer);
    return NULL;
}

/* "libxml2:amd64: /usr/lib/..." -> "libxml2"; with several owners the first. */
static char *owner(const char *file)
{
    char *arguments[] = {(char[]){"dpkg"}, (char[]){"-S"}, (char[]){"--"}, NULL, NULL};
    char *copy = strdup(file);
    arguments[3] = copy;
    char *answer = copy ? answer_of(arguments) : NULL;
    free(copy);
    if (answer)
        answer[strcspn(answer, ":, \n")] = '\0';
    if (answer && *answer)
        return answer;
    free(answer);
    return NULL;
}

char *package_of_debug_information(const char *file)
{
    char *real = realpath(file, NULL), *package = NULL, *name = NULL;
    /* dpkg -S takes a pattern, so a path with wildcards is not asked for.  With a merged /usr
     * dpkg knows some files by their path without /usr. */
    if (real && !strpbrk(real, "*?[\\"))
        package = owner(real);
    if (real && !package && strncmp(real, "/usr/", 5) == 0 && !strpbrk(real, "*?[\\"))
        package = owner(real + 4);
    if (package &&
        asprintf(&name, "%s-%s", package, strcmp(package, "libc6") == 0 ? "dbg" : "dbgsym") < 0)
        name = NULL;
    free(real);
    free(package);
    return name;
}
