/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/refusal.h"
#include "preload/base/sys.h"
#include "preload/base/text.h"
#include "preload/process/config.h"
#include "preload/process/log.h"
#include "preload/run.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Not on the stack, which may be small. */
static char line[CONFIG_PATH_MAX + 512];

/* A file's name may contain anything. */
static void add_field(struct text *text, const char *field)
{
    size_t from = text->length;
    text_add(text, field);
    run_log_clean(text->bytes + from);
}

/* By one write. */
static void leave_word(const char *reason, const char *object)
{
    struct text text = {line, sizeof line - 1, 0};
    line[text.length++] = RUN_LOG_REFUSAL;
    text_add_number(&text, config.pid, 10, 1);
    text_add(&text, "\t");
    text_add_number(&text, config.start_ns, 10, 1);
    text_add(&text, "\t");
    add_field(&text, reason);
    text_add(&text, "\t");
    add_field(&text, object);
    line[text.length] = '\n';
    struct stat st;
    long fd = SYS(openat, AT_FDCWD, config.run_log,
                  O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (SYS(newfstatat, fd, "", &st, AT_EMPTY_PATH) == 0 && S_ISREG(st.st_mode))
        SYS(write, fd, line, text.length + 1);
    SYS(close, fd);
}

void refusal_say(const char *reason, const char *object, const char *advice)
{
    log_line(reason, ": nothing is recorded", advice, NULL);
    if (config.run_id)
        leave_word(reason, object);
}
