/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/sender.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/clean.h"
#include "collector/base/clock.h"

#define CONNECT_MS   10000L
#define WHOLE_MS     30000L
#define ANSWER_BYTES 65536u
#define WORDS_BYTES  200 /* of an answer, that are told */
#define REDIRECTS    3   /* on one host */

struct transfer {
    struct transfer *next;
    CURL *easy;
    struct push_request request;
    void *context;
    int64_t started_ms;
    unsigned redirects;
    size_t given; /* bytes of the body that libcurl took */
    size_t got;   /* bytes of the answer */
    char words[WORDS_BYTES + 1];
    char fault[CURL_ERROR_SIZE];
    struct curl_slist *headers;
};

struct push_sender {
    const struct push_settings *settings;
    CURLM *multi;
    struct transfer *first;
    unsigned busy;
};

static void transfer_destroy(struct push_sender *sender, struct transfer *transfer)
{
    if (transfer->easy) {
        curl_multi_remove_handle(sender->multi, transfer->easy);
        curl_easy_cleanup(transfer->easy);
    }
    curl_slist_free_all(transfer->headers);
    push_request_deinit(&transfer->request);
    free(transfer);
}

struct error *push_sender_create(const struct push_settings *settings, struct push_sender **sender)
{
    struct push_sender *made = calloc(1, sizeof *made);
    if (!made || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || !(made->multi = curl_multi_init())) {
        free(made);
        return error_no_memory();
    }
    made->settings = settings;
    curl_multi_setopt(made->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)PUSH_AT_ONCE);
    curl_multi_setopt(made->multi, CURLMOPT_MAXCONNECTS, (long)PUSH_AT_ONCE);
    *sender = made;
    return NULL;
}

void push_sender_destroy(struct push_sender *sender)
{
    if (!sender)
        return;
    for (struct transfer *next; sender->first; sender->first = next) {
        next = sender->first->next;
        transfer_destroy(sender, sender->first);
    }
    curl_multi_cleanup(sender->multi);
    curl_global_cleanup();
    free(sender);
}

bool push_sender_has_room(const struct push_sender *sender)
{
    return sender->busy < PUSH_AT_ONCE;
}

/* Of a longer answer the rest is not read, which ends the connection. */
static size_t take_answer(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t given = size * count, room = sizeof transfer->words - 1;
    if (transfer->got < room) {
        size_t taken = given < room - transfer->got ? given : room - transfer->got;
        memcpy(transfer->words + transfer->got, bytes, taken);
        transfer->words[transfer->got + taken] = '\0';
    }
    transfer->got += given;
    return transfer->got > ANSWER_BYTES ? 0 : given;
}

/* The body goes out once: from POSTFIELDS libcurl would send it again by itself when a connection
 * that was kept ends without an answer, and nobody would know that it may count twice. */
static size_t give_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t left = transfer->request.bytes - transfer->given, room = size * count;
    size_t taken = left < room ? left : room;
    memcpy(bytes, transfer->request.body + transfer->given, taken);
    transfer->given += taken;
    return taken;
}

/* "Expect:" without a value keeps libcurl from waiting for a 100. */
static bool make_headers(struct transfer *transfer, const struct push_settings *settings)
{
    char type[80];
    snprintf(type, sizeof type, "Content-Type: %s", transfer->request.content_type);
    const char *const ours[] = {"Expect:", type, "User-Agent: memprof/" MEMPROF_VERSION,
                                settings->protocol == PUSH_CONNECT ? "Connect-Protocol-Version: 1"
                                                                   : NULL};
    for (size_t i = 0; i < sizeof ours / sizeof *ours + settings->auth.count; i++) {
        size_t own = sizeof ours / sizeof *ours;
        const char *header = i < own ? ours[i] : settings->auth.headers[i - own];
        struct curl_slist *longer = header ? curl_slist_append(transfer->headers, header) : NULL;
        if (header && !longer)
            return false;
        transfer->headers = longer ? longer : transfer->headers;
    }
    return true;
}

static void set_up(struct transfer *transfer, const struct push_settings *settings)
{
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_URL, transfer->request.url);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
    curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->request.bytes);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->fault);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, WHOLE_MS);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    if (settings->ca)
        curl_easy_setopt(easy, CURLOPT_CAINFO, settings->ca);
    if (settings->certificate)
        curl_easy_setopt(easy, CURLOPT_SSLCERT, settings->certificate);
    if (settings->key)
        curl_easy_setopt(easy, CURLOPT_SSLKEY, settings->key);
}

struct error *push_sender_start(struct push_sender *sender, struct push_request *request,
                                void *context)
{
    struct transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer)
        return error_no_memory();
    transfer->request = *request;
    transfer->context = context;
    transfer->started_ms = clock_now_ms();
    transfer->easy = curl_easy_init();
    if (!transfer->easy || !make_headers(transfer, sender->settings)) {
        transfer->request = (struct push_request){.bytes = 0};
        transfer_destroy(sender, transfer);
        return error_no_memory();
    }
    *request = (struct push_request){.bytes = 0};
    set_up(transfer, sender->settings);
    curl_multi_add_handle(sender->multi, transfer->easy);
    transfer->next = sender->first;
    sender->first = transfer;
    sender->busy++;
    return NULL;
}

/* ---- ends ---- */

static bool is_same_part(CURLU *left, CURLU *right, CURLUPart part)
{
    char *a = NULL, *b = NULL;
    bool is_same = curl_url_get(left, part, &a, CURLU_DEFAULT_PORT) == CURLUE_OK &&
                   curl_url_get(right, part, &b, CURLU_DEFAULT_PORT) == CURLUE_OK &&
                   strcmp(a, b) == 0;
    curl_free(a);
    curl_free(b);
    return is_same;
}

static bool is_same_host(const char *left, const char *right)
{
    CURLU *a = curl_url(), *b = curl_url();
    bool is_same = a && b && curl_url_set(a, CURLUPART_URL, left, 0) == CURLUE_OK &&
                   curl_url_set(b, CURLUPART_URL, right, 0) == CURLUE_OK &&
                   is_same_part(a, b, CURLUPART_SCHEME) && is_same_part(a, b, CURLUPART_HOST) &&
                   is_same_part(a, b, CURLUPART_PORT);
    curl_url_cleanup(a);
    curl_url_cleanup(b);
    return is_same;
}

/* Where the same request is to go instead, on the same host; what is secret goes nowhere else. */
static bool goes_on_elsewhere(struct push_sender *sender, struct transfer *transfer, long status)
{
    char *target = NULL;
    curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &target);
    if ((status != 307 && status != 308) || !target || transfer->redirects >= REDIRECTS ||
        !is_same_host(transfer->request.url, target))
        return false;
    char *url = strdup(target);
    if (!url)
        return false;
    transfer->redirects++;
    transfer->got = transfer->given = 0;
    transfer->words[0] = '\0';
    curl_multi_remove_handle(sender->multi, transfer->easy);
    free(transfer->request.url);
    transfer->request.url = url;
    curl_easy_setopt(transfer->easy, CURLOPT_URL, url);
    return curl_multi_add_handle(sender->multi, transfer->easy) == CURLM_OK;
}

static void describe_status(const struct transfer *transfer, long status, struct push_reply *reply)
{
    char words[WORDS_BYTES + 1], *target = NULL;
    snprintf(words, sizeof words, "%s", transfer->words);
    words[strcspn(words, "\r\n")] = '\0';
    clean_text(words);
    curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &target);
    if (status >= 300 && status < 400)
        snprintf(reply->why, sizeof reply->why,
                 "status %ld: it sends us to another place%s%.150s, where nothing is sent", status,
                 target ? ", " : "", target ? target : "");
    else
        snprintf(reply->why, sizeof reply->why, "status %ld%s%s", status, *words ? ": " : "",
                 words);
    clean_text(reply->why);
}

/* What failed, without how long that took: the same failure has the same words. */
static const char *words_of(const struct transfer *transfer, CURLcode code)
{
    if (code == CURLE_COULDNT_CONNECT)
        return "cannot connect";
    if (code == CURLE_OPERATION_TIMEDOUT)
        return "it takes too long";
    if (code == CURLE_SEND_FAIL_REWIND || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR)
        return "the connection ended";
    return *transfer->fault ? transfer->fault : curl_easy_strerror(code);
}

/* Without a status: what failed decides whether the server can have all of it. */
static void take_failure(const struct transfer *transfer, CURLcode code, struct push_reply *reply)
{
    curl_off_t sent = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    snprintf(reply->why, sizeof reply->why, "%s", words_of(transfer, code));
    clean_text(reply->why);
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
        reply->answer = PUSH_FORBIDDEN;
        break;
    case CURLE_SEND_FAIL_REWIND:
        reply->answer = PUSH_LOST;
        break;
    default:
        reply->answer = sent >= (curl_off_t)transfer->request.bytes ? PUSH_LOST : PUSH_LATER;
    }
}

/* A status is an answer, also where the rest of it did not come, or was too long. */
static bool finish(struct push_sender *sender, struct transfer *transfer, CURLcode code,
                   struct push_reply *reply)
{
    long status = 0;
    curl_off_t asked_s = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && goes_on_elsewhere(sender, transfer, status))
        return false;
    *reply = (struct push_reply){.context = transfer->context, .started_ms = transfer->started_ms};
    if (status >= 200) {
        reply->answer = push_answer_of_status(status);
        describe_status(transfer, status, reply);
        if (curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &asked_s) == CURLE_OK &&
            asked_s > 0)
            reply->asked_ms = asked_s < INT32_MAX ? asked_s * 1000 : INT64_C(1000) * INT32_MAX;
    } else {
        take_failure(transfer, code, reply);
    }
    struct transfer **at = &sender->first;
    while (*at != transfer)
        at = &(*at)->next;
    *at = transfer->next;
    sender->busy--;
    transfer_destroy(sender, transfer);
    return true;
}

bool push_sender_next(struct push_sender *sender, struct push_reply *reply)
{
    int running, left;
    curl_multi_perform(sender->multi, &running);
    for (CURLMsg *message; (message = curl_multi_info_read(sender->multi, &left)) != NULL;) {
        struct transfer *transfer = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        if (finish(sender, transfer, code, reply))
            return true;
        curl_multi_perform(sender->multi, &running);
    }
    return false;
}

void push_sender_wait(struct push_sender *sender, int fd, int64_t most_ms)
{
    struct curl_waitfd other = {.fd = fd, .events = CURL_WAIT_POLLIN};
    curl_multi_poll(sender->multi, &other, 1, most_ms > 0 ? (int)most_ms : 0, NULL);
}
