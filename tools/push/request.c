/* SPDX-License-Identifier: Apache-2.0
 *
 * Pyroscope's /ingest takes a profile as it is and the rest in the query; its connect service and
 * Parca's gateway take JSON with the profile in base64, and the time from the profile.
 */
#include "tools/push/request.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "tools/base64.h"
#include "tools/json.h"

#define SERIES "memory" /* what Go's heap profiles are called in both */

void push_request_deinit(struct push_request *request)
{
    free(request->url);
    free(request->body);
    *request = (struct push_request){.bytes = 0};
}

static void put_escaped(FILE *out, const char *text)
{
    for (; *text; text++)
        if (isalnum((unsigned char)*text) || strchr("-._~", *text))
            putc(*text, out);
        else
            fprintf(out, "%%%02X", (unsigned char)*text);
}

/* APP{k=v,k=v}, escaped. */
static void put_series(FILE *out, const struct push_content *content)
{
    put_escaped(out, content->name);
    for (size_t i = 0; i < content->labels->count; i++) {
        put_escaped(out, i ? "," : "{");
        put_escaped(out, content->labels->items[i].name);
        put_escaped(out, "=");
        put_escaped(out, content->labels->items[i].value);
    }
    if (content->labels->count)
        put_escaped(out, "}");
}

static struct error *finish(FILE *out, char **text)
{
    if (out && fclose(out) == 0 && *text)
        return NULL;
    return error_no_memory();
}

static struct error *make_ingest(struct push_request *request, const char *url,
                                 struct push_content *content)
{
    size_t length;
    FILE *out = open_memstream(&request->url, &length);
    if (out) {
        fprintf(out, "%s/ingest?name=", url);
        put_series(out, content);
        fprintf(out, "&from=%" PRId64 "&until=%" PRId64 "&format=pprof&spyName=memprof",
                content->from_s, content->until_s);
    }
    request->content_type = "application/octet-stream";
    request->body = content->profile;
    request->bytes = content->bytes;
    content->profile = NULL;
    return finish(out, &request->url);
}

static void put_label(FILE *out, const char *name, const char *value, const char *separator)
{
    fprintf(out, "%s{\"name\":", separator);
    json_put_text(out, name);
    fputs(",\"value\":", out);
    json_put_text(out, value);
    putc('}', out);
}

static void put_labels(FILE *out, const struct push_content *content, const char *name_of_app)
{
    putc('[', out);
    put_label(out, "__name__", SERIES, "");
    put_label(out, name_of_app, content->name, ",");
    for (size_t i = 0; i < content->labels->count; i++)
        put_label(out, content->labels->items[i].name, content->labels->items[i].value, ",");
    putc(']', out);
}

/* A version 4 UUID: a server that sees it twice knows that it is the same sample. */
static void put_uuid(FILE *out)
{
    unsigned char random[16] = {0};
    if (getrandom(random, sizeof random, 0) < 0)
        random[0] = 0; /* then it is a constant, which is allowed */
    random[6] = (unsigned char)((random[6] & 0x0f) | 0x40);
    random[8] = (unsigned char)((random[8] & 0x3f) | 0x80);
    for (unsigned i = 0; i < sizeof random; i++)
        fprintf(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", random[i]);
}

static void put_profile(FILE *out, const struct push_content *content)
{
    struct base64 base64 = {.out = out};
    fputs("\"rawProfile\":\"", out);
    base64_put(&base64, content->profile, content->bytes);
    base64_end(&base64);
    fputs("\"}]}]}", out);
}

static struct error *make_json(struct push_request *request, const char *url,
                               const struct push_content *content, bool is_parca)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, &request->bytes);
    if (out && is_parca) {
        fputs("{\"series\":[{\"labels\":{\"labels\":", out);
        put_labels(out, content, "job");
        fputs("},\"samples\":[{", out);
        put_profile(out, content);
    } else if (out) {
        fputs("{\"series\":[{\"labels\":", out);
        put_labels(out, content, "service_name");
        fputs(",\"samples\":[{\"ID\":\"", out);
        put_uuid(out);
        fputs("\",", out);
        put_profile(out, content);
    }
    struct error *error = finish(out, &text);
    request->content_type = "application/json";
    request->body = (unsigned char *)text;
    if (!error &&
        asprintf(&request->url, "%s%s", url,
                 is_parca ? "/api/profiles/writeraw" : "/push.v1.PusherService/Push") < 0) {
        request->url = NULL;
        error = error_no_memory();
    }
    return error;
}

struct error *push_request_init(struct push_request *request, const struct push_settings *settings,
                                struct push_content *content)
{
    *request = (struct push_request){.bytes = 0};
    struct error *error =
        settings->protocol == PUSH_PYROSCOPE
            ? make_ingest(request, settings->url, content)
            : make_json(request, settings->url, content, settings->protocol == PUSH_PARCA);
    free(content->profile);
    content->profile = NULL;
    return error;
}
