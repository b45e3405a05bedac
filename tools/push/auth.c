/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/auth.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/open_regular.h"
#include "tools/base64.h"

#define FILE_BYTES  16384
#define HEADERS_MAX 16
#define TOKEN                                                                                      \
    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" /* RFC 9110 */

void push_auth_deinit(struct push_auth *auth)
{
    for (size_t i = 0; i < auth->count; i++) {
        explicit_bzero(auth->headers[i], strlen(auth->headers[i]));
        free(auth->headers[i]);
    }
    free(auth->headers);
    *auth = (struct push_auth){.count = 0};
}

/* Those that say how a request is read are ours. */
static bool is_ours(const char *line, size_t length)
{
    static const char *const ours[] = {"Host",
                                       "Content-Length",
                                       "Content-Type",
                                       "Connection",
                                       "Expect",
                                       "Transfer-Encoding",
                                       "Upgrade",
                                       "TE",
                                       "Content-Encoding"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strlen(ours[i]) == length && strncasecmp(line, ours[i], length) == 0)
            return true;
    return false;
}

static bool is_text(const char *value)
{
    for (; *value; value++)
        if ((unsigned char)*value < 0x20 || *value == 0x7f)
            return false;
    return true;
}

/* NULL: no memory. */
static char *make_basic(const char *pair)
{
    char *header = NULL;
    size_t bytes;
    FILE *out = open_memstream(&header, &bytes);
    struct base64 base64 = {.out = out};
    if (!out)
        return NULL;
    fputs("Authorization: Basic ", out);
    base64_put(&base64, (const unsigned char *)pair, strlen(pair));
    base64_end(&base64);
    if (fclose(out) == 0)
        return header;
    free(header);
    return NULL;
}

static char *make_header(const char *line)
{
    char *header = NULL;
    size_t name = strspn(line, TOKEN);
    if (strncasecmp(line, "bearer ", 7) == 0 && line[7 + strspn(line + 7, " ")])
        return asprintf(&header, "Authorization: Bearer %s", line + 7 + strspn(line + 7, " ")) < 0
                   ? NULL
                   : header;
    if (strncasecmp(line, "basic ", 6) == 0 && strchr(line + 6, ':'))
        return make_basic(line + 6 + strspn(line + 6, " "));
    return name && line[name] == ':' && !is_ours(line, name) ? strdup(line) : NULL;
}

static struct error *take_line(struct push_auth *auth, char *line, const char *path,
                               unsigned number)
{
    line[strcspn(line, "\r")] = '\0';
    if (!*line || *line == '#')
        return NULL;
    char *header = auth->count < HEADERS_MAX && is_text(line) ? make_header(line) : NULL;
    if (!header)
        return error_create("--auth-file: %s, line %u: none of 'bearer TOKEN', 'basic "
                            "USER:PASSWORD' and 'Header: value'",
                            path, number);
    char **headers = realloc(auth->headers, (auth->count + 1) * sizeof *headers);
    if (!headers) {
        free(header);
        return error_no_memory();
    }
    auth->headers = headers;
    headers[auth->count++] = header;
    return NULL;
}

static struct error *check_file(const char *path, const struct stat *status)
{
    if (status->st_mode & (S_IRWXG | S_IRWXO))
        return error_create("--auth-file: %s: other users may read it; try chmod 600", path);
    if (status->st_uid != geteuid() && status->st_uid != 0)
        return error_create("--auth-file: %s: it is another user's", path);
    if (status->st_size >= FILE_BYTES)
        return error_create("--auth-file: %s: more than %d bytes", path, FILE_BYTES);
    return NULL;
}

struct error *push_auth_read(struct push_auth *auth, const char *path)
{
    struct stat status;
    char text[FILE_BYTES], *rest = text;
    unsigned number = 0;
    *auth = (struct push_auth){.count = 0};
    int fd = open_regular(path, 0, &status);
    if (fd < 0)
        return open_regular_error(errno, "--auth-file: %s", path);
    struct error *error = check_file(path, &status);
    ssize_t got = error ? 0 : read(fd, text, sizeof text - 1);
    if (got < 0)
        error = error_create_errno(errno, "--auth-file: %s", path);
    close(fd);
    text[got > 0 ? got : 0] = '\0';
    for (char *line; !error && (line = strsep(&rest, "\n")) != NULL;)
        error = take_line(auth, line, path, ++number);
    if (!error && auth->count == 0)
        error = error_create("--auth-file: %s: nothing is in it", path);
    explicit_bzero(text, sizeof text);
    return error;
}
