/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tools/quantity.h"

/* A name that begins with "@" is one of the abstract namespace. */
void notify(const char *text)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = name ? strlen(name) : 0;
    if (length < 2 || length >= sizeof address.sun_path || (*name != '/' && *name != '@'))
        return;
    memcpy(address.sun_path, name, length);
    if (*name == '@')
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    sendto(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&address, bytes);
    close(fd);
}

int64_t notify_watchdog_ms(void)
{
    uint64_t us, pid;
    const char *period = getenv("WATCHDOG_USEC"), *whose = getenv("WATCHDOG_PID");
    if (!period || !quantity_parse_number(period, &us) || us < 2000 || us > INT64_MAX / 2 ||
        (whose && (!quantity_parse_number(whose, &pid) || pid != (uint64_t)getpid())))
        return 0;
    return (int64_t)(us / 2000);
}
