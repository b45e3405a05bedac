/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof-symbols: memprof-collect runs it where the cache does not know all names.  It does
 * nothing but read symbols, and gives up its rights before it reads the first byte.
 */
#include "collector/symbols/worker.h"
#include "collector/symbols/worker_arguments.h"
#include "preload/base/number.h"

#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>

#define STATUS_MISUSE 2

static bool parse_number(const char *text, uint64_t most, uint64_t *number)
{
    return number_parse(text, number) && *number <= most;
}

int main(int argc, char **argv)
{
    uint64_t fd, uid, gid, data_bytes, cpu_s;
    if (argc != WORKER_ARGUMENTS || !parse_number(argv[WORKER_FD], INT_MAX, &fd) ||
        !parse_number(argv[WORKER_UID], UINT32_MAX, &uid) ||
        !parse_number(argv[WORKER_GID], UINT32_MAX, &gid) ||
        !parse_number(argv[WORKER_DATA_BYTES], UINT64_MAX, &data_bytes) ||
        !parse_number(argv[WORKER_CPU_S], UINT64_MAX, &cpu_s)) {
        fputs("memprof-symbols: memprof-collect runs this to read symbols; it is not for use by "
              "hand, try 'memprof collect'\n",
              stderr);
        return STATUS_MISUSE;
    }
    /* Large pools grow by being moved in place, and go back to the system. */
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    const struct confine_options confinement = {(uid_t)uid, (gid_t)gid, data_bytes, cpu_s};
    symbol_worker_run(&confinement, (int)fd);
}
