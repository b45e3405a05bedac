/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/roster_process.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The number behind a key at the start of a line; 0: there is none. */
static uint64_t number_of(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    uint64_t number;
    return at && sscanf(at + strlen(key), "%" SCNu64, &number) == 1 ? number : 0;
}

bool roster_process_read(struct roster_process *process, pid_t pid)
{
    char path[64], text[4096];
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
    if (fd >= 0)
        close(fd);
    if (length <= 0)
        return false;
    text[length] = '\0';
    const char *name = strncmp(text, "Name:\t", 6) == 0 ? text + 6 : "";
    /* The name comes first and its newlines are escaped, so no key before these is its. */
    *process = (struct roster_process){
        .parent = (pid_t)number_of(text, "\nPPid:"),
        .rss_bytes = number_of(text, "\nVmRSS:") * 1024,
        .rss_most_bytes = number_of(text, "\nVmHWM:") * 1024,
        .rss_private_bytes = number_of(text, "\nRssAnon:") * 1024,
    };
    snprintf(process->comm, sizeof(process->comm), "%.*s", (int)strcspn(name, "\n"), name);
    return true;
}
