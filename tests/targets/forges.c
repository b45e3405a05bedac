/* SPDX-License-Identifier: Apache-2.0 */
/* build: -I. */
/* forges UID OLD NEW [wait|-]: allocates, gives up what rights it has for those of UID, and
 * then edits its own state: every OLD in it becomes NEW (which is no longer), and it began
 * at the end of time.  Waits for a line, or kills itself. */
#include "preload/state.h"
#include "preload/state_files.h"

#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) static void work(void)
{
    for (int i = 0; i < 1000; i++)
        if (!malloc(1000))
            abort();
}

/* The readable part of the state, which is mapped whole. */
static struct state_header *find_state(size_t *bytes)
{
    char line[8192], access[8];
    unsigned long from, to, at = 0, end = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        if (strstr(line, STATE_NAME_SUFFIX) &&
            sscanf(line, "%lx-%lx %7s", &from, &to, access) == 3 && access[1] == 'w' &&
            (!at || from == end)) {
            at = at ? at : from;
            end = to;
        }
    if (!at)
        exit(2);
    *bytes = end - at;
    return (struct state_header *)at;
}

int main(int argc, char **argv)
{
    size_t bytes;
    if (argc < 4)
        return 2;
    uid_t uid = (uid_t)atoi(argv[1]);
    work();
    struct state_header *header = find_state(&bytes);
    if (uid != getuid() &&
        (setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0))
        return 2;
    size_t length = strlen(argv[2]);
    char *end = (char *)header + bytes;
    for (char *at = (char *)header; (at = memmem(at, (size_t)(end - at), argv[2], length)); at++) {
        memset(at, 0, length);
        memcpy(at, argv[3], strlen(argv[3]));
    }
    header->start_ns = UINT64_MAX;
    puts("ready");
    fflush(stdout);
    if (argc > 4 && strcmp(argv[4], "wait") == 0)
        getchar();
    kill(getpid(), SIGKILL);
}
