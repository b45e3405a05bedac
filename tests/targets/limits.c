/* SPDX-License-Identifier: Apache-2.0
 *
 * limits WAY: locks all its memory, now and to come, or limits its own address space, then
 * allocates; prints whether it worked, how much is resident, in MiB, and how many of its blocks,
 * of those that stay and of those that it frees, it was refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "sees.h"

static int refused[2];

__attribute__((noinline)) static void work(void)
{
    for (int n = 0; n < 5000; n++) {
        void *volatile block = malloc(1000);
        refused[n % 2] += !block;
        if (n % 2)
            free(block);
    }
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "";
    struct rlimit limit;
    int result = 0;
    if (strstr(way, "early"))
        work();
    if (strstr(way, "lock"))
        result = mlockall(MCL_CURRENT | MCL_FUTURE);
    if (strstr(way, "space")) {
        limit.rlim_cur = limit.rlim_max = 300u << 20;
        result = setrlimit(RLIMIT_AS, &limit);
    }
    work();
    printf("%d\n", result);
    fflush(stdout);
    sees();
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (!strncmp(line, "VmRSS:", 6))
            fprintf(stderr, "resident %d\n", atoi(line + 6) / 1024);
    fprintf(stderr, "refused %d %d\n", refused[0], refused[1]);
    return 3;
}
