/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 128

static struct error *cannot_listen(int number, const char *text)
{
    switch (number) {
    case EADDRINUSE:
        return error_create("--listen: %s: somebody listens there already; try another port, or 0 "
                            "for a free one",
                            text);
    case EADDRNOTAVAIL:
        return error_create("--listen: %s: no address of this machine; try 127.0.0.1", text);
    case EACCES:
        return error_create("--listen: %s: not allowed; try a port over 1023", text);
    default:
        return error_create_errno(number, "--listen: %s", text);
    }
}

/* ---- a path ---- */

/* A socket there that nobody listens on any more is in the way. */
static bool is_left_over(const struct sockaddr_un *address)
{
    struct stat status;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_left = lstat(address->sun_path, &status) == 0 && S_ISSOCK(status.st_mode) &&
                   status.st_uid == geteuid() && fd >= 0 &&
                   connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
                   errno == ECONNREFUSED;
    if (fd >= 0)
        close(fd);
    return is_left;
}

static struct error *listen_at_path(struct listener *listener, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (*path == '\0' || strlen(path) >= sizeof address.sun_path)
        return error_create("--listen: unix:%s: a path of 1 to %zu bytes is wanted", path,
                            sizeof address.sun_path - 1);
    strcpy(address.sun_path, path);
    listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (is_left_over(&address))
        unlink(path);
    mode_t before = umask(0177);
    int failed = listener->fd < 0 ||
                 bind(listener->fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
                 listen(listener->fd, BACKLOG) != 0;
    int number = errno;
    umask(before);
    if (failed)
        return cannot_listen(number, path);
    listener->is_loopback = true;
    listener->path = strdup(path);
    if (!listener->path || asprintf(&listener->url, "unix:%s", path) < 0)
        return error_no_memory();
    return NULL;
}

/* ---- an address ---- */

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

static int open_address(const struct addrinfo *address)
{
    int on = 1, fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int number = errno;
    close(fd);
    errno = number;
    return -1;
}

static struct error *set_url(struct listener *listener)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (getsockname(listener->fd, (struct sockaddr *)&address, &length) != 0 ||
        getnameinfo((struct sockaddr *)&address, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return error_create_errno(errno, "--listen");
    listener->is_loopback = is_loopback((struct sockaddr *)&address);
    const char *format = strchr(host, ':') ? "http://[%s]:%s/" : "http://%s:%s/";
    return asprintf(&listener->url, format, host, port) < 0 ? error_no_memory() : NULL;
}

/* Splits "HOST:PORT"; *port lies in `text`. */
static bool split(const char *text, char **host, const char **port)
{
    const char *colon = strrchr(text, ':');
    const char *begin = text, *end = colon;
    if (!colon) {
        *host = strdup("127.0.0.1");
        *port = text;
        return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
    }
    if (*begin == '[') {
        if (colon == begin || colon[-1] != ']')
            return false;
        begin++;
        end--;
    }
    *host = strndup(begin, (size_t)(end - begin));
    *port = colon + 1;
    return end > begin && colon[1] != '\0';
}

static struct error *listen_at_address(struct listener *listener, const char *text)
{
    const char *port;
    struct addrinfo *addresses = NULL;
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    if (!split(text, &listener->host, &port))
        return error_create("--listen: '%s' is no HOST:PORT and no unix:PATH; try 127.0.0.1:6070",
                            text);
    if (!listener->host)
        return error_no_memory();
    int failed = getaddrinfo(listener->host, port, &wanted, &addresses);
    if (failed)
        return error_create("--listen: %s: %s", text,
                            failed == EAI_SYSTEM ? strerror(errno) : gai_strerror(failed));
    for (struct addrinfo *address = addresses; address && listener->fd < 0;
         address = address->ai_next)
        listener->fd = open_address(address);
    int number = errno;
    freeaddrinfo(addresses);
    return listener->fd < 0 ? cannot_listen(number, text) : set_url(listener);
}

struct error *listener_init(struct listener *listener, const char *text)
{
    static const char prefix[] = "unix:";
    *listener = (struct listener){.fd = -1};
    if (strncmp(text, prefix, sizeof prefix - 1) == 0)
        return listen_at_path(listener, text + sizeof prefix - 1);
    return listen_at_address(listener, text);
}

void listener_deinit(struct listener *listener)
{
    if (listener->fd >= 0)
        close(listener->fd);
    if (listener->path)
        unlink(listener->path);
    free(listener->host);
    free(listener->path);
    free(listener->url);
    *listener = (struct listener){.fd = -1};
}
