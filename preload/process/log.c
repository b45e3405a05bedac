/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/log.h"
#include "preload/base/stat.h"
#include "preload/base/text.h"
#include "preload/process/sandbox.h"
#include "preload/process/symbols.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MOST 512

struct log_stderr log_stderr;

/* strerrordesc_np, which glibc has since 2.32; NULL: errors are numbers. */
static const char *(*describe)(int error);

void log_init(void)
{
    struct stat now;
    *(void **)&describe = symbols_of("strerrordesc_np", SYMBOLS_LIBC);
    if (stat_fd(STDERR_FILENO, &now))
        log_stderr = (struct log_stderr){true, now.st_dev, now.st_ino};
}

/* A line that goes past RLIMIT_FSIZE would send SIGXFSZ to the target. */
static bool fits_limit(const struct stat *file)
{
    struct rlimit limit;
    if (!S_ISREG(file->st_mode) || getrlimit(RLIMIT_FSIZE, &limit) != 0 ||
        limit.rlim_cur == RLIM_INFINITY)
        return true;
    off_t at = lseek(STDERR_FILENO, 0, SEEK_CUR);
    uint64_t end = (uint64_t)(at > file->st_size ? at : file->st_size);
    return end + LINE_MOST <= limit.rlim_cur;
}

const char *log_reason(int error)
{
    static char number[32];
    const char *words = describe ? describe(error) : NULL;
    if (words)
        return words;
    struct text text = {number, sizeof number, 0};
    text_add(&text, "error ");
    text_add_number(&text, (uint64_t)error, 10, 1);
    return number;
}

bool log_possible(void)
{
    struct stat now;
    return log_stderr.is_open && !sandboxed() && stat_fd(STDERR_FILENO, &now) &&
           now.st_dev == log_stderr.device && now.st_ino == log_stderr.inode && fits_limit(&now);
}

void log_line(const char *first, ...)
{
    int saved = errno;
    char line[LINE_MOST];
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
