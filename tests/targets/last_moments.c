/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * last_moments WAY: a process in which something goes on while it ends.  It allocates 1000
 * blocks of 1000 bytes in `work` and returns 5 from main, or ends as WAY says.
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

__attribute__((noinline)) static void work(void)
{
    for (int n = 0; n < 1000; n++) {
        void *volatile block = malloc(1000);
        (void)block;
    }
}

static sem_t there; /* the other thread is where it should be */

static void start(void *(*function)(void *))
{
    pthread_t thread;
    sem_init(&there, 0, 0);
    pthread_create(&thread, NULL, function, NULL);
    sem_wait(&there);
}

/* --- signals that come late --- */

static int *volatile owned;

static void destroy(void)
{
    int *gone = owned;
    owned = NULL;
    free(gone);
}

static void tick(int number)
{
    (void)number;
    if (!owned)
        abort(); /* as a handler does that uses a destroyed object */
    ++*owned;
}

static void alarms(void)
{
    const struct itimerval once = {.it_value = {.tv_usec = 300000}};
    setitimer(ITIMER_REAL, &once, NULL);
}

static void handled(void)
{
    const struct itimerval often = {{0, 300000}, {0, 300000}};
    owned = calloc(1, sizeof *owned);
    atexit(destroy);
    signal(SIGALRM, tick);
    setitimer(ITIMER_REAL, &often, NULL);
}

/* Once the process is another program. */
static void killed_by_child(void)
{
    pid_t parent = getpid();
    if (fork())
        return;
    char name[64], before[256], now[256] = "";
    snprintf(name, sizeof name, "/proc/%d/exe", parent);
    before[readlink(name, before, sizeof before - 1)] = '\0';
    for (int n = 0; n < 10000 && (!now[0] || !strcmp(now, before)); n++) {
        ssize_t length = readlink(name, now, sizeof now - 1);
        if (length < 0) /* it has ended without */
            _exit(0);
        now[length] = '\0';
        usleep(1000);
    }
    kill(parent, SIGTERM);
    _exit(0);
}

/* Blocked, and there again as soon as it is taken. */
static void floods(void)
{
    const struct itimerval always = {{0, 1}, {0, 1}};
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarm, NULL);
    setitimer(ITIMER_REAL, &always, NULL);
}

/* --- files --- */

static ssize_t says(void *what, const char *text, size_t bytes)
{
    (void)!write(1, what, strlen(what));
    return (ssize_t)(text ? bytes : 0);
}

static ssize_t gives(void *unused, char *text, size_t bytes)
{
    (void)unused;
    memset(text, 'x', bytes);
    return (ssize_t)bytes;
}

static int puts_back(void *what, off64_t *offset, int whence)
{
    (void)offset;
    (void)whence;
    says(what, NULL, 0);
    return 0;
}

/* The later a FILE was opened, the earlier it is found. */
static void opens_two(void)
{
    fputc('x', fopencookie("written\n", "w", (cookie_io_functions_t){.write = says}));
    getc(fopencookie("put back\n", "r", (cookie_io_functions_t){.read = gives, .seek = puts_back}));
}

static void pushes_back(void)
{
    int used = getchar();
    ungetc('p', stdin);
    ungetc('q', stdin);
    ungetc(used, stdin);
    getchar();
}

/* --- threads --- */

static void *logs(void *unused)
{
    for (sem_post(&there);; usleep(1000))
        if (owned)
            ++*owned;
    return unused;
}

static void *waits_for_any(void *unused)
{
    sem_post(&there);
    for (int status; waitpid(-1, &status, __WALL) < 0; usleep(100))
        ;
    (void)!write(1, "reaped a child\n", 15);
    return unused;
}

static void *exits(void *unused)
{
    sem_post(&there);
    exit(5);
    return unused;
}

static void *watches(void *unused)
{
    sem_post(&there);
    _exit(5);
    return unused;
}

static void *reads_stdin(void *unused)
{
    char line[64];
    flockfile(stdin); /* as getline holds it */
    sem_post(&there);
    if (fgets(line, sizeof line, stdin))
        pause();
    pause();
    return unused;
}

static void *holds_stdout(void *unused)
{
    flockfile(stdout);
    sem_post(&there);
    pause();
    return unused;
}

static void exit_in_handler(int number)
{
    (void)number;
    exit(5);
}

static void end_in_handler(int number)
{
    (void)number;
    _exit(5);
}

static void handle_on_small_stack(void)
{
    static char memory[8192] __attribute__((aligned(4096)));
    stack_t small = {.ss_sp = memory + 4096, .ss_size = 4096};
    struct sigaction action = {.sa_handler = end_in_handler, .sa_flags = SA_ONSTACK};
    sigaltstack(&small, NULL);
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "";
    work();
    if (!strcmp(way, "alarm")) {
        alarms();
    } else if (!strcmp(way, "handled")) {
        handled();
    } else if (!strcmp(way, "term")) {
        killed_by_child();
    } else if (!strcmp(way, "floods")) {
        floods();
    } else if (!strcmp(way, "logger")) {
        owned = calloc(1, sizeof *owned);
        start(logs);
    } else if (!strcmp(way, "wall")) {
        start(waits_for_any);
    } else if (!strcmp(way, "exits")) {
        start(exits);
        pause();
    } else if (!strcmp(way, "both")) {
        fputs("a line without its end", stdout);
        start(exits);
        exit(5);
    } else if (!strcmp(way, "watchdog")) {
        start(watches);
        exit(5);
    } else if (!strcmp(way, "main_ends")) {
        start(exits);
        pthread_exit(NULL);
    } else if (!strcmp(way, "getline")) {
        fputs("a line without its end", stdout);
        start(reads_stdin);
    } else if (!strcmp(way, "locked")) {
        fputs("a line without its end", stdout);
        start(holds_stdout);
    } else if (!strcmp(way, "in_handler")) {
        signal(SIGUSR1, exit_in_handler);
        raise(SIGUSR1);
    } else if (!strcmp(way, "small_stack")) {
        handle_on_small_stack();
    } else if (!strcmp(way, "stdout")) {
        fputs("a line without its end", stdout);
    } else if (!strcmp(way, "wide")) {
        fputws(L"a wide line without its end", stdout);
    } else if (!strcmp(way, "child")) {
        fputs("said once", stdout);
        if (fork() == 0) {
            work();
            _exit(0);
        }
        wait(NULL);
    } else if (!strcmp(way, "reads")) {
        char line[64];
        printf("%s", fgets(line, sizeof line, stdin) ? line : "nothing\n");
    } else if (!strcmp(way, "two")) {
        opens_two();
    } else if (!strcmp(way, "pushes")) {
        pushes_back();
    } else if (!strcmp(way, "unbuffered")) {
        setvbuf(stdin, NULL, _IONBF, 0);
        ungetc(getchar(), stdin);
    } else if (!strcmp(way, "pipe")) {
        fputs("written to another program\n", popen("cat", "w"));
    } else if (!strcmp(way, "abandons")) {
        fputs("written by _exit\n", stdout);
        _exit(5);
    }
    return 5;
}
