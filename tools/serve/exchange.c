/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collector/base/clock.h"
#include "tools/quantity.h"
#include "tools/serve/reply.h"

/* ---- the head of a request ---- */

static const char *header(const struct exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

static const char *argument(const struct exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, name);
}

static void refuse(struct exchange *exchange, unsigned status, const char *text)
{
    if (exchange->status)
        return;
    exchange->status = status;
    exchange->text = text;
}

/* `GET http://host/path` is what a proxy is asked; the host in it counts. */
static const char *path_of(const struct exchange *exchange, const char *url, bool *is_our_host)
{
    static const char scheme[] = "http://";
    const struct guard_rules *rules = exchange->all->rules;
    *is_our_host = guard_is_our_host(rules, header(exchange, "Host"));
    if (strncmp(url, scheme, sizeof scheme - 1) != 0)
        return url;
    const char *host = url + sizeof scheme - 1, *path = strchr(host, '/');
    char *named = strndup(host, path ? (size_t)(path - host) : strlen(host));
    *is_our_host = *is_our_host && named && guard_is_our_host(rules, named);
    free(named);
    return path ? path : "/";
}

static void check_guard(struct exchange *exchange, bool is_our_host)
{
    if (!is_our_host)
        refuse(exchange, MHD_HTTP_FORBIDDEN,
               "memprof serve: this Host is not served; try localhost, or --allow-host\n");
    if (guard_is_cross_site(header(exchange, "Sec-Fetch-Site")))
        refuse(exchange, MHD_HTTP_FORBIDDEN,
               "memprof serve: pages of other sites are not answered\n");
    if (!guard_has_token(exchange->all->rules, header(exchange, "Authorization")))
        refuse(exchange, MHD_HTTP_UNAUTHORIZED,
               "memprof serve: the token is wanted: Authorization: Bearer, or Basic with it as "
               "the password\n");
}

static void check_method(struct exchange *exchange, const char *method)
{
    bool is_get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    exchange->is_post = strcmp(method, "POST") == 0;
    if (!is_get && !(exchange->is_post && exchange->route && exchange->route->is_posted))
        refuse(exchange, MHD_HTTP_METHOD_NOT_ALLOWED,
               "memprof serve: GET and HEAD are answered, and POST to symbol\n");
}

static void check_route(struct exchange *exchange)
{
    const struct route *route = exchange->route;
    if (!route)
        refuse(exchange, MHD_HTTP_NOT_FOUND, "memprof serve: no such page; try /\n");
    else if (route->hint)
        refuse(exchange, MHD_HTTP_NOT_FOUND, route->hint);
    else if (route->kind == WORK_CMDLINE && !exchange->all->has_cmdline)
        refuse(exchange, MHD_HTTP_NOT_FOUND, "memprof serve: --no-cmdline was given\n");
}

/* debug= and seconds=, as Go's net/http/pprof has them. */
static void read_arguments(struct exchange *exchange)
{
    const char *debug = argument(exchange, "debug"), *seconds = argument(exchange, "seconds");
    uint64_t number = 0;
    bool is_text = debug && *debug && strcmp(debug, "0") != 0;
    if (exchange->status || !exchange->route->is_of_process)
        return;
    if (is_text && (exchange->work.kind == WORK_HEAP || exchange->work.kind == WORK_ALLOCS))
        exchange->work.kind = WORK_TEXT;
    if (!seconds) {
        if (exchange->work.kind == WORK_DELTA_HEAP)
            exchange->seconds = 30;
        return;
    }
    if (is_text)
        refuse(exchange, MHD_HTTP_BAD_REQUEST, "seconds and debug params are incompatible\n");
    else if (!exchange->route->takes_seconds)
        refuse(exchange, MHD_HTTP_BAD_REQUEST,
               "memprof serve: seconds= is for heap, allocs and "
               "delta_heap\n");
    else if (!quantity_parse_number(seconds, &number) || number == 0 ||
             number > EXCHANGE_SECONDS_MAX)
        refuse(exchange, MHD_HTTP_BAD_REQUEST,
               "invalid value for \"seconds\": a number from 1 to 600 is wanted\n");
    exchange->seconds = number;
}

static void take(struct waiter *waiter, struct answer *answer);

struct exchange *exchange_create(struct exchanges *all, struct MHD_Connection *connection,
                                 const char *url, const char *method)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return NULL;
    bool is_our_host;
    exchange->waiter.take = take;
    exchange->all = all;
    exchange->connection = connection;
    exchange->next = all->first;
    all->first = exchange;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    exchange->peer = info ? info->socket_context : NULL;
    if (exchange->peer && exchange->peer->is_over_limit)
        refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE,
               "memprof serve: 256 connections are open; try again in a moment\n");
    pid_t pid;
    exchange->route = route_find(path_of(exchange, url, &is_our_host), &pid);
    check_guard(exchange, is_our_host);
    check_method(exchange, method);
    check_route(exchange);
    if (exchange->route)
        exchange->work = (struct work){.kind = exchange->route->kind, .pid = pid};
    read_arguments(exchange);
    return exchange;
}

/* A mark is known to the worker that made it. */
static struct lane *lane_for(const struct exchange *exchange, const struct work *work)
{
    return work->mark ? exchange->waiter.lane
                      : traffic_lane(&exchange->all->traffic, exchange->route->lane, work->pid);
}

static void stop_waiting(struct exchange *exchange)
{
    if (exchange->is_waiting)
        exchange->all->waiting--;
    exchange->is_waiting = false;
}

void exchange_destroy(struct exchange *exchange)
{
    struct exchange **at = &exchange->all->first;
    while (*at != exchange)
        at = &(*at)->next;
    *at = exchange->next;
    lane_leave(&exchange->waiter);
    if (exchange->mark)
        lane_forget(exchange->waiter.lane, exchange->generation, exchange->mark);
    stop_waiting(exchange);
    answer_release(exchange->answer);
    free(exchange->input);
    free(exchange);
}

void exchange_take(struct exchange *exchange, const char *bytes, size_t count)
{
    if (exchange->status)
        return;
    if (count > EXCHANGE_INPUT_MAX - exchange->input_bytes) {
        refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE,
               "memprof serve: more than 64 KiB of addresses; ask for them in pieces\n");
        return;
    }
    char *longer = realloc(exchange->input, exchange->input_bytes + count);
    if (!longer) {
        refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "memprof serve: no memory\n");
        return;
    }
    memcpy(longer + exchange->input_bytes, bytes, count);
    exchange->input = longer;
    exchange->input_bytes += count;
}

/* ---- asking a worker ---- */

/* What was posted, or stands behind the question mark, as a file in memory; -1: none. */
static int input_file(const struct exchange *exchange)
{
    int fd = memfd_create("memprof-input", MFD_CLOEXEC);
    size_t count = exchange->input_bytes;
    if (fd >= 0 && count > 0 && write(fd, exchange->input, count) != (ssize_t)count) {
        close(fd);
        return -1;
    }
    return fd;
}

static void ask(struct exchange *exchange, const struct work *work)
{
    int input = -1;
    struct work asked = *work;
    if (work->kind == WORK_SYMBOL && exchange->is_post) {
        input = input_file(exchange);
        asked.has_input = input >= 0;
    }
    if (!lane_ask(lane_for(exchange, work), &asked, input, &exchange->waiter))
        refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "memprof serve: no memory\n");
}

static void resume(struct exchange *exchange)
{
    if (exchange->is_suspended)
        MHD_resume_connection(exchange->connection);
    exchange->is_suspended = false;
}

static const char all_wait[] =
    "memprof serve: 32 requests wait with seconds= already; try again later\n";

/* Of those who wait and send no more, which may be because they have gone, the one that has waited
 * longest does not wait any more.  False: there is none. */
static bool make_room(struct exchanges *all)
{
    struct exchange *oldest = NULL; /* later ones stand before it */
    for (struct exchange *other = all->first; other; other = other->next)
        if (other->is_waiting && other->peer && peer_sends_no_more(other->peer))
            oldest = other;
    if (!oldest)
        return false;
    refuse(oldest, MHD_HTTP_SERVICE_UNAVAILABLE, all_wait);
    lane_leave(&oldest->waiter);
    stop_waiting(oldest);
    resume(oldest);
    return true;
}

static void begin(struct exchange *exchange)
{
    struct work work = exchange->work;
    if (exchange->seconds == 0) {
        ask(exchange, &work);
        return;
    }
    if (exchange->all->waiting == EXCHANGE_WAITING_MAX && !make_room(exchange->all)) {
        refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, all_wait);
        return;
    }
    exchange->all->waiting++;
    exchange->is_waiting = true;
    work.kind = WORK_MARK;
    ask(exchange, &work);
}

/* An answer: the mark of an interval's begin, or what was asked for. */
static void take(struct waiter *waiter, struct answer *answer)
{
    struct exchange *exchange = (struct exchange *)waiter; /* its first member */
    if (exchange->is_waiting && !exchange->mark && answer && answer->result.status == 200 &&
        answer->result.mark) {
        exchange->mark = answer->result.mark;
        exchange->generation = answer->generation;
        exchange->work.pid = (int32_t)answer->result.pid;
        exchange->due_ms = clock_now_ms() + (int64_t)exchange->seconds * 1000;
        answer_release(answer);
        return;
    }
    if (!answer)
        refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "memprof serve: no memory, or it ends\n");
    else if (exchange->route->is_of_process && (answer->result.status == MHD_HTTP_BAD_GATEWAY ||
                                                answer->result.status == MHD_HTTP_GATEWAY_TIMEOUT))
        traffic_note_slow(&exchange->all->traffic, exchange->work.pid);
    exchange->answer = answer;
    stop_waiting(exchange);
    resume(exchange);
}

void exchange_tick(struct exchange *exchange, int64_t now_ms)
{
    if (!exchange->is_suspended || exchange->answer || exchange->status)
        return;
    if (exchange->peer &&
        peer_is_gone(exchange->peer)) { /* of a suspended one nobody else sees it */
        refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "");
        resume(exchange);
        return;
    }
    if (!exchange->due_ms || now_ms < exchange->due_ms)
        return;
    exchange->due_ms = 0;
    if (exchange->generation != exchange->waiter.lane->generation) {
        exchange->mark = 0;
        refuse(exchange, MHD_HTTP_BAD_GATEWAY,
               "memprof serve: the process that read this state died meanwhile; ask again\n");
        resume(exchange);
        return;
    }
    struct work work = exchange->work;
    work.mark = exchange->mark;
    if (work.kind != WORK_DELTA_HEAP)
        work.kind = work.kind == WORK_ALLOCS ? WORK_DELTA_ALLOCS : WORK_DELTA;
    ask(exchange, &work);
    if (exchange->status)
        resume(exchange);
}

void exchange_end(struct exchange *exchange)
{
    if (!exchange->is_suspended)
        return;
    refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "memprof serve: it ends\n");
    resume(exchange);
}

static enum MHD_Result queue(struct exchange *exchange)
{
    const struct reply reply = {.route = exchange->route,
                                .answer = exchange->answer,
                                .status = exchange->status,
                                .text = exchange->text,
                                .is_text = exchange->work.kind == WORK_TEXT};
    return reply_queue(exchange->connection, &reply);
}

enum MHD_Result exchange_go_on(struct exchange *exchange)
{
    bool is_new = !exchange->is_whole;
    exchange->is_whole = true;
    if (is_new && !exchange->status)
        begin(exchange);
    if (exchange->status || exchange->answer)
        return queue(exchange);
    /* A connection that is suspended by the call that its last byte led to is read again when it is
     * resumed, and where the client sends no more the end is found, which ends it unanswered.
     * libmicrohttpd knows that it has nothing to read when it has called once more, which it does
     * at once. */
    if (is_new)
        return MHD_YES;
    exchange->is_suspended = true;
    MHD_suspend_connection(exchange->connection);
    return MHD_YES;
}
