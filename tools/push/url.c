/* SPDX-License-Identifier: Apache-2.0
 *
 * URLs that are pushed to, by libcurl's own parser, so that what is checked is what is used.
 */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "tools/push/settings.h"

static bool has(CURLU *parsed, CURLUPart part)
{
    char *text = NULL;
    bool is_there = curl_url_get(parsed, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return is_there;
}

static struct error *check(CURLU *parsed, const char *text)
{
    if (curl_url_set(parsed, CURLUPART_URL, text, 0) != CURLUE_OK)
        return error_create("--url: '%s' is no URL; try http://HOST:4040", text);
    if (has(parsed, CURLUPART_USER) || has(parsed, CURLUPART_PASSWORD))
        return error_create("--url: a user or a password in it is seen by all users of this "
                            "machine; try --auth-file");
    if (has(parsed, CURLUPART_QUERY) || has(parsed, CURLUPART_FRAGMENT))
        return error_create("--url: '%s': nothing may follow its path", text);
    return NULL;
}

struct error *push_url_check(const char *text, char **url)
{
    if (strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0)
        return strstr(text, "://")
                   ? error_create("--url: '%s': neither http nor https", text)
                   : error_create("--url: '%s' has no scheme; try http://%s", text, text);
    CURLU *parsed = curl_url();
    struct error *error = parsed ? check(parsed, text) : error_no_memory();
    char *whole = NULL;
    if (!error && curl_url_get(parsed, CURLUPART_URL, &whole, 0) != CURLUE_OK)
        error = error_no_memory();
    if (!error) {
        *url = strdup(whole);
        size_t length = *url ? strlen(*url) : 0;
        while (length && (*url)[length - 1] == '/')
            (*url)[--length] = '\0';
        if (!*url)
            error = error_no_memory();
    }
    curl_free(whole);
    curl_url_cleanup(parsed);
    return error;
}

bool push_url_is_private(const char *url)
{
    char *host = NULL;
    CURLU *parsed = curl_url();
    bool is_private = strncmp(url, "https:", 6) == 0;
    if (!is_private && parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        is_private = strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
                     strcmp(host, "[::1]") == 0;
    curl_free(host);
    curl_url_cleanup(parsed);
    return is_private;
}
