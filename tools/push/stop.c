/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/stop.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_US 1900000

static volatile sig_atomic_t is_wanted, has_hung_up;
static int event_fd = -1;

static void wake(void)
{
    int number = errno;
    const uint64_t one = 1;
    if (write(event_fd, &one, sizeof one) < 0) {
        /* It is full, and so readable already. */
    }
    errno = number;
}

/* What is under way may take longer than we have: reading symbols, a resolver of names. */
static void end(int signal_number)
{
    (void)signal_number;
    const struct itimerval timer = {.it_value = {PATIENCE_US / 1000000, PATIENCE_US % 1000000}};
    if (!is_wanted)
        setitimer(ITIMER_REAL, &timer, NULL);
    is_wanted = 1;
    wake();
}

/* The bases in files are whole at any time: nothing is lost that a later start does not find. */
static void end_now(int signal_number)
{
    (void)signal_number;
    _exit(0);
}

static void hang_up(int signal_number)
{
    (void)signal_number;
    has_hung_up = 1;
    wake();
}

struct error *stop_init(int *fd)
{
    event_fd = *fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event_fd < 0)
        return error_create_errno(errno, "cannot wait for signals");
    const struct {
        int number;
        void (*handler)(int);
    } signals[] = {
        {SIGTERM, end}, {SIGINT, end}, {SIGALRM, end_now}, {SIGHUP, hang_up}, {SIGPIPE, SIG_IGN}};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction action = {.sa_handler = signals[i].handler, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        sigaction(signals[i].number, &action, NULL);
    }
    return NULL;
}

bool stop_is_wanted(void)
{
    return is_wanted;
}

bool stop_has_hung_up(void)
{
    bool has = has_hung_up;
    has_hung_up = 0;
    return has;
}

void stop_drain(int fd)
{
    uint64_t count;
    if (read(fd, &count, sizeof count) < 0) {
        /* Nothing was there. */
    }
}
