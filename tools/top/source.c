/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds, reads and splits a source file.
 */
#include "tools/top/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/age.h"
#include "collector/base/open_regular.h"
#include "collector/base/path.h"

#define SOURCE_BYTES_MAX (64 << 20)

static int open_below(const char *directory, const char *file)
{
    char *path;
    if (asprintf(&path, "%s/%s", directory, file) < 0)
        return -1;
    int fd = open_regular(path, 0, NULL);
    free(path);
    return fd;
}

/* Below the directory or one of its parents. */
static int open_upwards(const char *directory, const char *file)
{
    char *at = strdup(directory);
    int fd = -1;
    while (at && fd < 0) {
        fd = open_below(at, file);
        char *slash = strrchr(at, '/');
        if (!slash || slash == at)
            break;
        *slash = '\0';
    }
    free(at);
    return fd;
}

/* What follows "/DIRECTORY/" in the name; NULL: it is not there. */
static const char *below_namesake(const char *directory, const char *file)
{
    char *component;
    if (asprintf(&component, "/%s/", path_base(directory)) < 0)
        return NULL;
    const char *found = strcmp(component, "//") == 0 ? NULL : strstr(file, component);
    const char *rest = found ? found + strlen(component) : NULL;
    free(component);
    return rest;
}

static int open_in(const char *directory, const char *file)
{
    char *real = realpath(directory, NULL);
    if (!real)
        return -1;
    const char *rest = below_namesake(real, file);
    int fd = rest ? open_below(real, rest) : -1;
    if (fd < 0)
        fd = open_upwards(real, file + strspn(file, "/"));
    if (fd < 0)
        fd = open_below(real, path_base(file));
    free(real);
    return fd;
}

static int open_source(const char *file, const char *directories)
{
    int fd = file[0] == '/' ? open_regular(file, 0, NULL) : -1;
    char *list = strdup(directories && *directories ? directories : ".");
    char *rest = list;
    for (char *directory; fd < 0 && (directory = strsep(&rest, ":"));)
        if (*directory)
            fd = open_in(directory, file);
    free(list);
    return fd;
}

static bool read_text(int fd, struct source *source, size_t *length)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || status.st_size > SOURCE_BYTES_MAX)
        return false;
    size_t size = (size_t)status.st_size;
    source->modified_ns = (uint64_t)age_written_ns(&status);
    ssize_t got = 1;
    *length = 0;
    source->text = malloc(size + 1);
    while (source->text && *length < size && got > 0)
        if ((got = read(fd, source->text + *length, size - *length)) > 0)
            *length += (size_t)got;
    if (source->text)
        source->text[*length] = '\0';
    return source->text != NULL;
}

static bool split(struct source *source, size_t length)
{
    size_t newlines = 0;
    for (size_t i = 0; i < length; i++)
        newlines += source->text[i] == '\n';
    source->lines = malloc((newlines + 1) * sizeof *source->lines);
    if (!source->lines)
        return false;
    char *end = source->text + length;
    for (char *at = source->text; at < end;) {
        char *newline = memchr(at, '\n', (size_t)(end - at));
        source->lines[source->count++] = at;
        if (!newline)
            break;
        *newline = '\0';
        at = newline + 1;
    }
    return true;
}

struct error *source_read(struct source *source, const char *file, const char *directories)
{
    *source = (struct source){.text = NULL};
    int fd = open_source(file, directories);
    if (fd < 0)
        return error_create("%s is not here (looked below %s); try --source-path=DIRECTORY, the "
                            "directory that the program was built in",
                            file, directories ? directories : "the current directory");
    size_t length;
    bool is_read = read_text(fd, source, &length);
    close(fd);
    if (is_read && split(source, length))
        return NULL;
    return error_create("%s cannot be read, or is larger than 64 MB", file);
}

void source_deinit(struct source *source)
{
    free(source->text);
    free(source->lines);
    *source = (struct source){.text = NULL};
}
