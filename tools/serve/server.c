/* SPDX-License-Identifier: Apache-2.0
 *
 * libmicrohttpd's own time-out is for connections that send or take nothing, and starts anew
 * with each byte; so ours ends those that have not sent a whole request in time.
 */
#include "tools/serve/server.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "collector/base/clock.h"
#include "tools/serve/exchange.h"

#define IDLE_MS       15000
#define STALL_SECONDS 30u
#define OPEN_MAX      1024u  /* connections that libmicrohttpd accepts */
#define REQUEST_BYTES 32768u /* of a request's head */
#define TICK_MS       1000

struct server {
    const struct server_options *options;
    struct MHD_Daemon *daemon;
    struct exchanges exchanges;
    struct peer *peers; /* all connections */
    unsigned peer_count;
};

/* ---- connections ---- */

/* It is not counted any more, though libmicrohttpd has yet to see that it is closed. */
static void put_out(struct server *server, struct peer *peer)
{
    shutdown(peer->fd, SHUT_RDWR);
    peer->is_put_out = true;
    peer->since_ms = 0;
    server->peer_count--;
}

/* Makes room for who comes now: of those without a request, the one that is silent longest
 * goes.  False: all have one. */
static bool evict(struct server *server)
{
    struct peer *oldest = NULL;
    for (struct peer *peer = server->peers; peer; peer = peer->next)
        if (peer->since_ms && (!oldest || peer->since_ms <= oldest->since_ms))
            oldest = peer;
    if (oldest)
        put_out(server, oldest);
    return oldest;
}

static void begin_peer(struct server *server, struct MHD_Connection *connection, void **context)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct peer *peer = info ? calloc(1, sizeof *peer) : NULL;
    if (!peer)
        return;
    bool is_over = server->peer_count >= SERVER_CONNECTIONS && !evict(server);
    *peer = (struct peer){.next = server->peers,
                          .fd = info->connect_fd,
                          .since_ms = clock_now_ms(),
                          .is_over_limit = is_over};
    server->peers = peer;
    server->peer_count++;
    *context = peer;
}

static void end_peer(struct server *server, struct peer *peer)
{
    struct peer **at = &server->peers;
    while (*at && *at != peer)
        at = &(*at)->next;
    if (!*at)
        return;
    *at = peer->next;
    if (!peer->is_put_out)
        server->peer_count--;
    free(peer);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_context = NULL;
        begin_peer(context, connection, socket_context);
    } else if (*socket_context) {
        end_peer(context, *socket_context);
        *socket_context = NULL;
    }
}

static void end_silent(struct server *server, int64_t now)
{
    for (struct peer *peer = server->peers; peer; peer = peer->next)
        if (peer->since_ms && now - peer->since_ms > IDLE_MS)
            put_out(server, peer);
}

/* ---- requests ---- */

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_bytes, void **own)
{
    struct exchange *exchange = *own;
    (void)version;
    if (!exchange) {
        struct server *server = context;
        *own = exchange_create(&server->exchanges, connection, url, method);
        return *own ? MHD_YES : MHD_NO;
    }
    if (*upload_bytes > 0) {
        exchange_take(exchange, upload, *upload_bytes);
        *upload_bytes = 0;
        return MHD_YES;
    }
    if (exchange->peer)
        exchange->peer->since_ms = 0;
    return exchange_go_on(exchange);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **own,
                         enum MHD_RequestTerminationCode code)
{
    struct exchange *exchange = *own;
    (void)context;
    (void)connection;
    (void)code;
    if (!exchange)
        return;
    if (exchange->peer && !exchange->peer->is_put_out) {
        exchange->peer->since_ms = clock_now_ms();
        peer_wait_for_next(exchange->peer);
    }
    exchange_destroy(exchange);
    *own = NULL;
}

/* A NUL in a path would end the path for us, but not for the client that wrote it. */
static size_t unescape(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    for (char *at = text; (at = strstr(at, "%00")); at += 3)
        *at = '/'; /* "//00" is no path of ours */
    return MHD_http_unescape(text);
}

/* ---- the loop ---- */

static int time_to_wait(struct server *server)
{
    MHD_UNSIGNED_LONG_LONG timeout;
    int64_t wait = TICK_MS, now = clock_now_ms();
    const struct lane *lanes = server->exchanges.traffic.lanes;
    if (MHD_get_timeout(server->daemon, &timeout) == MHD_YES && (int64_t)timeout < wait)
        wait = (int64_t)timeout;
    for (const struct exchange *exchange = server->exchanges.first; exchange;
         exchange = exchange->next)
        if (exchange->due_ms && exchange->due_ms - now < wait)
            wait = exchange->due_ms - now;
    for (int i = 0; i < TRAFFIC_LANES; i++)
        if (lanes[i].fd < 0 && lanes[i].not_before_ms - now < wait)
            wait = lanes[i].not_before_ms - now;
    return wait > 0 ? (int)wait : 0;
}

static void tick(struct server *server)
{
    int64_t now = clock_now_ms();
    traffic_tick(&server->exchanges.traffic);
    for (struct exchange *exchange = server->exchanges.first; exchange; exchange = exchange->next)
        exchange_tick(exchange, now);
    end_silent(server, now);
}

static struct error *loop(struct server *server)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info)
        return error_create("cannot serve: this libmicrohttpd has no epoll");
    struct lane *lanes = server->exchanges.traffic.lanes;
    int64_t next_tick = 0;
    for (;;) {
        struct pollfd ready[2 + TRAFFIC_LANES] = {
            {.fd = info->epoll_fd, .events = POLLIN},
            {.fd = server->options->stop_fd, .events = POLLIN},
        };
        bool is_worker_missing = false;
        for (int i = 0; i < TRAFFIC_LANES; i++) {
            ready[2 + i] = (struct pollfd){.fd = lanes[i].fd, .events = POLLIN};
            is_worker_missing |= lanes[i].fd < 0;
        }
        if (poll(ready, sizeof ready / sizeof *ready, time_to_wait(server)) < 0 && errno != EINTR)
            return error_create_errno(errno, "cannot serve");
        if (ready[1].revents)
            return NULL;
        for (int i = 0; i < TRAFFIC_LANES; i++)
            if (ready[2 + i].revents)
                lane_read(&lanes[i]);
        if (clock_now_ms() >= next_tick || server->exchanges.waiting > 0 || is_worker_missing) {
            tick(server);
            next_tick = clock_now_ms() + TICK_MS;
        }
        MHD_run(server->daemon);
    }
}

/* Descriptors for all connections, and for the bodies of their answers. */
static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static struct error *start(struct server *server)
{
    struct error *error = traffic_init(&server->exchanges.traffic, server->options->worker);
    if (error)
        return error;
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_PEDANTIC_CHECKS, 0, NULL, NULL,
        on_request, server, MHD_OPTION_LISTEN_SOCKET, server->options->listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, OPEN_MAX, MHD_OPTION_CONNECTION_TIMEOUT, STALL_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_UNESCAPE_CALLBACK, unescape, server, MHD_OPTION_END);
    return server->daemon ? NULL : error_create_errno(errno, "cannot serve");
}

/* libmicrohttpd must not be stopped while a connection is suspended. */
static void stop(struct server *server)
{
    traffic_deinit(&server->exchanges.traffic);
    for (struct exchange *exchange = server->exchanges.first; exchange; exchange = exchange->next)
        exchange_end(exchange);
    if (!server->daemon)
        return;
    MHD_quiesce_daemon(server->daemon); /* the socket stays its owner's */
    MHD_stop_daemon(server->daemon);
}

struct error *server_run(const struct server_options *options)
{
    struct server server = {.options = options,
                            .exchanges = {.rules = &options->rules,
                                          .has_cmdline = options->has_cmdline,
                                          .traffic = traffic_none()}};
    raise_limit();
    struct error *error = start(&server);
    if (!error)
        error = loop(&server);
    stop(&server);
    return error;
}
