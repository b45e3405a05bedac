/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/log.h"
#include "preload/config.h"
#include "preload/sandbox.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool log_possible(void)
{
    struct stat now;
    return config.stderr_open && !sandboxed() && fstat(STDERR_FILENO, &now) == 0 &&
           now.st_dev == config.stderr_device && now.st_ino == config.stderr_inode;
}

void log_line(const char *first, ...)
{
    int saved = errno;
    char line[512];
    size_t length = 0;
    va_list strings;
    va_start(strings, first);
    const char *prefix = "memprof: ";
    for (const char *s = prefix; s; s = s == prefix ? first : va_arg(strings, const char *)) {
        size_t bytes = strlen(s);
        size_t room = sizeof line - 1 - length;
        memcpy(line + length, s, bytes < room ? bytes : room);
        length += bytes < room ? bytes : room;
    }
    va_end(strings);
    line[length++] = '\n';
    if (log_possible()) {
        ssize_t ignored = write(STDERR_FILENO, line, length);
        (void)ignored;
    }
    errno = saved;
}
