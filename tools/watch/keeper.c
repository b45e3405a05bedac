/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/watch/keeper.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "tools/cli.h"

static volatile pid_t child;

static void pass_on(int number)
{
    if (child > 0)
        kill(child, number);
}

/* The end of the alternate screen, of the keypad's mode and of attributes, and the cursor. */
static void put_back(const struct termios *before, bool has_terminal)
{
    static const char *const capabilities[] = {"rmcup", "rmkx", "sgr0", "cnorm"};
    if (!has_terminal)
        return;
    tcsetattr(STDIN_FILENO, TCSANOW, before);
    for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) {
        const char *text = tigetstr(capabilities[i]);
        if (text && text != (const char *)-1)
            putp(text);
    }
    fflush(stdout);
}

static int become_child(int (*draw)(void *context), void *context)
{
    struct sigaction usual = {.sa_handler = SIG_DFL};
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigaction(SIGTERM, &usual, NULL);
    sigaction(SIGHUP, &usual, NULL);
    signal(SIGINT, SIG_DFL);
    return draw(context);
}

int keeper_run(const char *command, int (*draw)(void *context), void *context)
{
    struct termios before;
    int problem, status;
    bool has_terminal =
        tcgetattr(STDIN_FILENO, &before) == 0 && setupterm(NULL, STDOUT_FILENO, &problem) == OK;
    struct sigaction passing = {.sa_handler = pass_on};
    sigaction(SIGTERM, &passing, NULL);
    sigaction(SIGHUP, &passing, NULL);
    signal(SIGINT, SIG_IGN); /* of the keyboard: the child has it, too */
    child = fork();
    if (child == 0)
        _exit(become_child(draw, context));
    if (child < 0)
        return cli_fail(command, error_create_errno(errno, "cannot start a process"));
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return cli_fail(command, error_create_errno(errno, "cannot wait"));
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    put_back(&before, has_terminal);
    cli_complain(command, "what drew the screen was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    return CLI_CANNOT;
}
