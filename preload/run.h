/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof run` and the processes that it starts tell each other: it sets a variable for
 * them, and keeps a log among the states to which they, and whoever writes their profiles, add
 * lines.  Nothing here allocates.
 */
#ifndef MEMPROF_RUN_H
#define MEMPROF_RUN_H

#include "preload/base/number.h"
#include "preload/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Its value is ID.PID.DIRECTORY: the run's id, the process that `memprof run` started, and the
 * absolute path of the directory where the log is.  It has the same length in every run, since
 * programs keep copies of their environment on the heap. */
#define RUN_VARIABLE       "MEMPROF_RUN"
#define RUN_ID_DIGITS      16 /* hexadecimal */
#define RUN_PID_DIGITS     10
#define RUN_VARIABLE_BYTES 40 /* of the value, with its NUL, without DIRECTORY */

static inline void run_variable_write(struct text *value, uint64_t id, uint32_t pid,
                                      const char *directory)
{
    text_add_number(value, id, 16, RUN_ID_DIGITS);
    text_add(value, ".");
    text_add_number(value, pid, 10, RUN_PID_DIGITS);
    text_add(value, ".");
    text_add(value, directory);
}

struct run_variable {
    uint64_t id;
    uint32_t pid;
    const char *directory; /* inside the value */
};

/* False: that is no value of the variable. */
static inline bool run_variable_read(const char *value, struct run_variable *run)
{
    const char *digits = "0123456789abcdef", *at = value;
    uint64_t pid;
    run->id = 0;
    for (; *at && strchr(digits, *at); at++)
        run->id = run->id << 4 | (uint64_t)(strchr(digits, *at) - digits);
    if (at != value + RUN_ID_DIGITS || *at != '.')
        return false;
    at = number_read(at + 1, &pid);
    if (!at || pid > UINT32_MAX || at[0] != '.' || at[1] != '/')
        return false;
    run->pid = (uint32_t)pid;
    run->directory = at + 1;
    return true;
}

/* The log is called run-ID.log.  `memprof run` holds a lock on it (flock) for as long as it
 * collects: a process of the run that finds it locked at its end leaves its state to `run`. */
#define RUN_LOG_PREFIX     "run-"
#define RUN_LOG_SUFFIX     ".log"
#define RUN_LOG_NAME_BYTES 32 /* with its NUL */

static inline void run_log_name(struct text *name, uint64_t id)
{
    text_add(name, RUN_LOG_PREFIX);
    text_add_number(name, id, 16, RUN_ID_DIGITS);
    text_add(name, RUN_LOG_SUFFIX);
}

static inline bool run_log_is_name(const char *name)
{
    size_t prefix = sizeof RUN_LOG_PREFIX - 1;
    return strncmp(name, RUN_LOG_PREFIX, prefix) == 0 &&
           strspn(name + prefix, "0123456789abcdef") == RUN_ID_DIGITS &&
           strcmp(name + prefix + RUN_ID_DIGITS, RUN_LOG_SUFFIX) == 0;
}

/* A line of the log has fields with tabs between; the last two are texts.  It is that of a
 * profile, or, with a mark before it, what a process says that cannot be recorded:
 *   !PID START_NS REASON OBJECT */
#define RUN_LOG_REFUSAL '!'

/* Makes a text fit for a field: what would end the field or the line is replaced. */
static inline void run_log_clean(char *field)
{
    for (; *field; field++)
        if (*field == '\t' || *field == '\n')
            *field = '?';
}

#endif
