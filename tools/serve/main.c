/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof-serve: what `memprof serve` becomes, and its workers, which it starts as
 * `memprof-serve --worker URL BYTES NAME...`.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/open_regular.h"
#include "tools/beside.h"
#include "tools/cli.h"
#include "tools/named.h"
#include "tools/options.h"
#include "tools/quantity.h"
#include "tools/serve/listen.h"
#include "tools/serve/server.h"
#include "tools/serve/worker.h"

#define COMMAND      "serve"
#define WORKER       "--worker"
#define WORKER_NAMES 4 /* the first of its arguments that is a name */
#define TOKEN_BYTES  256
#define DEFAULT      "127.0.0.1:6070"

#define DEFAULT_MEMORY "1G" /* twice what a hostile state can cost */
#define MEMORY_LEAST   (UINT64_C(16) << 20)

static const char help_text[] =
    "Usage: memprof serve [OPTION]... [PID|NAME]...\n"
    "Answers HTTP as a Go program with net/http/pprof does, for processes that memprof\n"
    "records: these, or all of yours, those that start later included.  They are read\n"
    "from outside: nothing in them runs for it, and they are not stopped.\n"
    "\n"
    "  -l, --listen=ADDRESS   HOST:PORT or unix:PATH (127.0.0.1:6070)\n"
    "      --token=FILE       who asks must send the first line of FILE: as a bearer, or\n"
    "                         as the password of basic authentication\n"
    "      --allow-host=NAME  requests may be for this Host, too; can be repeated\n"
    "      --no-cmdline       do not tell arguments of processes\n"
    "      --memory=SIZE      most memory of each process that reads states (1G)\n"
    "  -h, --help             show this help\n"
    "  -V, --version          show the version\n"
    "\n"
    "/ is an index, /json and /metrics say what memprof ps says of all processes.\n"
    "/debug/pprof/heap, allocs, peak and delta_heap are profiles of one process; of many,\n"
    "/PID/debug/pprof/heap and so on.\n"
    "\n"
    "Examples:\n"
    "  memprof serve redis-server\n"
    "  go tool pprof http://localhost:6070/debug/pprof/heap\n"
    "  curl -so before.pb.gz 'http://localhost:6070/4711/debug/pprof/heap?seconds=30'\n"
    "\n"
    "Exit status: 0 it was told to end, 2 could not.\n";

struct arguments {
    const char *listen, *token_file;
    const char **hosts; /* one place more than there are names: for that of --listen */
    size_t host_count;
    bool has_cmdline;
    const char *memory; /* as it was given, and right */
    char token[TOKEN_BYTES];
};

enum { OPTION_TOKEN = 256, OPTION_ALLOW_HOST, OPTION_NO_CMDLINE, OPTION_MEMORY };

static struct error *take_memory(struct arguments *arguments, const char *value)
{
    uint64_t bytes;
    if (!quantity_parse_bytes(value, &bytes) || bytes < MEMORY_LEAST)
        return error_create("--memory: '%s' is not a size of 16M or more; try %s", value,
                            DEFAULT_MEMORY);
    arguments->memory = value;
    return NULL;
}

static struct error *take(void *context, int option, const char *value)
{
    struct arguments *arguments = context;
    switch (option) {
    case 'l':
        arguments->listen = value;
        break;
    case OPTION_TOKEN:
        arguments->token_file = value;
        break;
    case OPTION_ALLOW_HOST:
        arguments->hosts[arguments->host_count++] = value;
        break;
    case OPTION_MEMORY:
        return take_memory(arguments, value);
    default:
        arguments->has_cmdline = false;
    }
    return NULL;
}

/* Whoever can read it can ask. */
static struct error *read_token(struct arguments *arguments)
{
    struct stat status;
    const char *path = arguments->token_file;
    if (!path)
        return NULL;
    int fd = open_regular(path, 0, &status);
    if (fd < 0)
        return open_regular_error(errno, "--token: %s", path);
    ssize_t got = read(fd, arguments->token, sizeof arguments->token - 1);
    int number = errno;
    close(fd);
    if (got < 0)
        return error_create_errno(number, "--token: %s", path);
    arguments->token[got] = '\0';
    arguments->token[strcspn(arguments->token, "\r\n")] = '\0';
    if (strlen(arguments->token) < 8)
        return error_create("--token: %s: its first line has fewer than 8 characters; try "
                            "head -c 24 /dev/urandom | base64 >%s",
                            path, path);
    if ((size_t)got == sizeof arguments->token - 1)
        return error_create("--token: %s: more than %d characters", path, TOKEN_BYTES - 2);
    if (status.st_mode & (S_IRWXG | S_IRWXO))
        return error_create("--token: %s: other users may read it; try chmod 600", path);
    return NULL;
}

static int open_stop(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &signals, SFD_CLOEXEC);
}

static struct error *serve(struct arguments *arguments, char **names, struct listener *listener,
                           const char **worker)
{
    struct error *error = listener_init(listener, arguments->listen);
    if (error)
        return error;
    worker[2] = listener->url;
    if (listener->host)
        arguments->hosts[arguments->host_count++] = listener->host;
    if (!listener->is_loopback && !arguments->token_file)
        fprintf(stderr,
                "memprof serve: warning: whoever can reach %s can read the profiles; try "
                "--token\n",
                listener->url);
    const struct server_options options = {
        .listen_fd = listener->fd,
        .rules = {arguments->hosts, arguments->host_count,
                  arguments->token_file ? arguments->token : NULL},
        .has_cmdline = arguments->has_cmdline,
        .worker = worker,
        .stop_fd = open_stop(),
    };
    printf("memprof serve: %s serves %s\n", listener->url,
           *names ? "these processes" : "all your processes that memprof records");
    if (fflush(stdout) != 0)
        return error_create_errno(errno, "standard output");
    return server_run(&options);
}

/* The file, "--worker", our URL, which is put in when it is known, its memory, and what processes
 * it is about. */
static const char **worker_arguments(const char *self, const char *memory, char **names,
                                     size_t count)
{
    const char **worker = calloc(WORKER_NAMES + count + 1, sizeof *worker);
    if (!worker)
        return NULL;
    worker[0] = self;
    worker[1] = WORKER;
    worker[3] = memory;
    for (size_t i = 0; i < count; i++)
        worker[WORKER_NAMES + i] = names[i];
    return worker;
}

static int run_worker(int argc, char **argv)
{
    uint64_t memory_bytes;
    if (argc < WORKER_NAMES || !quantity_parse_bytes(argv[3], &memory_bytes))
        return CLI_CANNOT;
    worker_run(argv[2], memory_bytes, argv + WORKER_NAMES, (size_t)(argc - WORKER_NAMES));
    return CLI_DONE;
}

int main(int argc, char **argv)
{
    static const struct option list[] = {
        {"listen", required_argument, NULL, 'l'},
        {"token", required_argument, NULL, OPTION_TOKEN},
        {"allow-host", required_argument, NULL, OPTION_ALLOW_HOST},
        {"no-cmdline", no_argument, NULL, OPTION_NO_CMDLINE},
        {"memory", required_argument, NULL, OPTION_MEMORY},
        {NULL, 0, NULL, 0},
    };
    open_standard_descriptors();
    if (argc > 1 && strcmp(argv[1], WORKER) == 0)
        return run_worker(argc, argv);
    struct arguments arguments = {.listen = DEFAULT, .has_cmdline = true, .memory = DEFAULT_MEMORY};
    arguments.hosts = calloc((size_t)argc + 1, sizeof *arguments.hosts);
    if (!arguments.hosts)
        return cli_fail(COMMAND, error_no_memory());
    const struct options options = {COMMAND, help_text, "l:", list, take, &arguments};
    int status = options_parse(&options, argc, argv);
    if (status < 0) {
        struct listener listener = {.fd = -1};
        char **names = argv + optind;
        char *self = beside_self();
        const char **worker =
            self ? worker_arguments(self, arguments.memory, names, (size_t)(argc - optind)) : NULL;
        struct error *error = worker ? named_check(names) : error_no_memory();
        if (!error)
            error = read_token(&arguments);
        if (!error)
            error = serve(&arguments, names, &listener, worker);
        status = error ? cli_fail(COMMAND, error) : CLI_DONE;
        listener_deinit(&listener);
        free(worker);
        free(self);
    }
    free(arguments.hosts);
    return status;
}
