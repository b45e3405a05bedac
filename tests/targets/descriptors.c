/* SPDX-License-Identifier: Apache-2.0
 *
 * descriptors WAY: plays with its descriptors first, then allocates, opens files under the
 * numbers it gets, writes to them and prints what it sees; `fresh` is what those files hold.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sees.h"

__attribute__((noinline)) static void work(void)
{
    for (int n = 0; n < 1000; n++) {
        void *volatile block = malloc(1000);
        (void)block;
    }
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "";
    struct rlimit none = {3, 3};
    int fresh = 3;
    if (strstr(way, "early"))
        work();
    if (strstr(way, "closefrom"))
        closefrom(3);
    if (strstr(way, "range"))
        close_range(3, ~0U, 0);
    if (strstr(way, "standard")) {
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        fresh = 0;
    }
    if (strstr(way, "limit"))
        setrlimit(RLIMIT_NOFILE, &none);
    for (int n = 0; n < 3; n++) {
        char name[16], text[32];
        snprintf(name, sizeof name, "fresh.%d", n);
        int fd = open(name, O_WRONLY | O_CREAT | O_APPEND, 0600);
        int length = snprintf(text, sizeof text, "descriptor %d\n", fd);
        if (fd >= 0 && (fd != fresh + n || write(fd, text, (size_t)length) != length))
            return 9;
    }
    work();
    if (fresh)
        sees();
    if (strstr(way, "_exit"))
        _exit(8);
    return 8;
}
