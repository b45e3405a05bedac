/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/reply.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/serve/page.h"

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    MHD_add_response_header(response, name, value);
}

/* No page of ours has a script; its style is allowed by its hash. */
static void add_common(struct MHD_Response *response)
{
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "Cache-Control", "no-store");
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Content-Security-Policy", PAGE_POLICY);
}

static enum MHD_Result queue(struct MHD_Connection *connection, unsigned status,
                             struct MHD_Response *response)
{
    if (!response)
        return MHD_NO;
    add_common(response);
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

/* pprof prints an error that says it is Go's. */
static enum MHD_Result queue_error(struct MHD_Connection *connection, const struct reply *reply,
                                   unsigned status, struct MHD_Response *response)
{
    if (!response)
        return MHD_NO;
    add(response, "Content-Type", "text/plain; charset=utf-8");
    add(response, "X-Go-Pprof", "1");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        add(response, "Allow",
            reply->route && reply->route->is_posted ? "GET, HEAD, POST" : "GET, HEAD");
    if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
        add(response, "Retry-After", "1");
    if (status == MHD_HTTP_UNAUTHORIZED)
        add(response, "WWW-Authenticate", "Basic realm=\"memprof\", charset=\"UTF-8\"");
    return queue(connection, status, response);
}

static enum MHD_Result queue_text(struct MHD_Connection *connection, const struct reply *reply)
{
    /* A hint of the route table has no end of line, others have. */
    size_t length = strlen(reply->text);
    bool has_end = length > 0 && reply->text[length - 1] == '\n';
    char line[256];
    snprintf(line, sizeof line, "%s%s", reply->text, has_end ? "" : "\n");
    return queue_error(connection, reply, reply->status,
                       MHD_create_response_from_buffer(strlen(line), line, MHD_RESPMEM_MUST_COPY));
}

/* Its descriptor becomes the response's, so it is another one for each. */
static struct MHD_Response *body(const struct answer *answer)
{
    int fd = answer->fd >= 0 ? fcntl(answer->fd, F_DUPFD_CLOEXEC, 0) : -1;
    struct MHD_Response *response =
        fd >= 0 ? MHD_create_response_from_fd64(answer->bytes, fd)
                : MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (!response && fd >= 0)
        close(fd);
    return response;
}

static void add_file_name(struct MHD_Response *response, const struct route *route)
{
    char value[128];
    snprintf(value, sizeof value, "attachment; filename=\"%s\"", route->file);
    add(response, "Content-Disposition", value);
}

/* "ended 2026-11-27T00:12:30Z": the profile is its last one. */
static void add_end(struct MHD_Response *response, uint64_t ended_ns)
{
    char value[64];
    struct tm parts;
    time_t seconds = (time_t)(ended_ns / 1000000000);
    if (gmtime_r(&seconds, &parts) &&
        strftime(value, sizeof value, "ended %Y-%m-%dT%H:%M:%SZ", &parts) > 0)
        add(response, "X-Memprof-Process", value);
}

enum MHD_Result reply_queue(struct MHD_Connection *connection, const struct reply *reply)
{
    const struct answer *answer = reply->answer;
    if (!answer)
        return queue_text(connection, reply);
    struct MHD_Response *response = body(answer);
    if (answer->result.status != MHD_HTTP_OK)
        return queue_error(connection, reply, answer->result.status, response);
    if (!response)
        return MHD_NO;
    add(response, "Content-Type",
        reply->is_text ? "text/plain; charset=utf-8" : reply->route->type);
    if (reply->route->file && !reply->is_text)
        add_file_name(response, reply->route);
    if (answer->result.ended_ns)
        add_end(response, answer->result.ended_ns);
    return queue(connection, MHD_HTTP_OK, response);
}
