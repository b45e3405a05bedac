/* SPDX-License-Identifier: Apache-2.0
 *
 * The limit is a soft one and is given back.  Time is that of the processor, so that a
 * loaded machine, or a reader who pages through our output, costs nobody a profile.
 */
#include "collector/base/budget.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

#define DATA_BYTES      (UINT64_C(448) << 20)
#define DATA_PER_BYTE   8
#define CPU_NS          (INT64_C(12) * 1000000000)
#define CPU_NS_PER_BYTE 30                   /* a second for 32 MiB ... */
#define FREE_BYTES      (UINT64_C(64) << 20) /* ... after the first */
#define CALLS_PER_LOOK  1024u
#define ALARM_NS        (INT64_C(3) * 1000000000)

static struct {
    unsigned depth;
    struct rlimit before;
    uint64_t data_bytes;
    int64_t begun_ns, cpu_ns; /* of the processor */
    unsigned calls;
    bool is_over;
    void (*alarm)(void);
} budget;

static int64_t cpu_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void limit_data(uint64_t bytes)
{
#ifndef BUDGET_HAS_SANITIZER
    struct rlimit limit = budget.before;
    if (bytes < limit.rlim_cur) {
        limit.rlim_cur = bytes;
        setrlimit(RLIMIT_DATA, &limit);
    }
#else
    (void)bytes;
#endif
}

static void on_alarm(int number)
{
    (void)number;
    budget.alarm();
}

static void set_timer(void)
{
    if (!budget.alarm)
        return;
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    int64_t left_ns = budget.cpu_ns - (cpu_now_ns() - budget.begun_ns) + ALARM_NS;
    struct itimerval timer = {
        .it_value = {.tv_sec = (time_t)(left_ns > 0 ? left_ns / 1000000000 : 0), .tv_usec = 1}};
    sigaction(SIGPROF, &action, NULL);
    setitimer(ITIMER_PROF, &timer, NULL);
}

void budget_begin(uint64_t input_bytes)
{
    uint64_t data =
        input_bytes < UINT64_MAX / DATA_PER_BYTE ? input_bytes * DATA_PER_BYTE : UINT64_MAX;
    uint64_t slow = input_bytes > FREE_BYTES ? input_bytes - FREE_BYTES : 0;
    int64_t more_ns =
        slow < INT32_MAX * UINT64_C(100) ? (int64_t)(slow * CPU_NS_PER_BYTE) : INT64_MAX / 4;
    if (budget.depth++ == 0) {
        if (getrlimit(RLIMIT_DATA, &budget.before) != 0)
            budget.before = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
        budget.data_bytes = data > DATA_BYTES ? data : DATA_BYTES;
        budget.begun_ns = cpu_now_ns();
        budget.cpu_ns = CPU_NS + more_ns;
        budget.is_over = false;
    } else {
        budget.data_bytes += data;
        budget.cpu_ns += more_ns;
    }
    limit_data(budget.data_bytes);
    set_timer();
}

void budget_set_alarm(void (*over)(void))
{
    budget.alarm = over;
}

void budget_end(void)
{
    const struct itimerval never = {{0, 0}, {0, 0}};
    if (--budget.depth > 0)
        return;
    if (budget.alarm)
        setitimer(ITIMER_PROF, &never, NULL);
#ifndef BUDGET_HAS_SANITIZER
    setrlimit(RLIMIT_DATA, &budget.before);
#endif
}

bool budget_is_over(void)
{
    if (budget.depth > 0 && !budget.is_over && ++budget.calls % CALLS_PER_LOOK == 0)
        budget.is_over = cpu_now_ns() - budget.begun_ns > budget.cpu_ns;
    return budget.is_over;
}

struct error *budget_error(const char *format, ...)
{
    char *what = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&what, format, arguments) < 0)
        what = NULL;
    va_end(arguments);
    if (!what)
        return error_no_memory();
    struct error *error =
        budget.is_over     ? error_create("%s: it would take more than %" PRId64 " s of computing",
                                          what, budget.cpu_ns / 1000000000)
        : budget.depth > 0 ? error_create("%s: out of memory (it may take %" PRIu64 " MiB)", what,
                                          budget.data_bytes >> 20)
                           : error_create("%s: out of memory", what);
    free(what);
    return error;
}

uint64_t budget_stored_bytes(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || status.st_size < 0)
        return 0;
    uint64_t stored = (uint64_t)status.st_blocks * 512, bytes = (uint64_t)status.st_size;
    return stored < bytes ? stored : bytes;
}
