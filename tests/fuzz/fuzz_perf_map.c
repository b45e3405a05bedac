/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a map of generated code.  What is found is a name that was asked for, short
 * and clean.
 */
#include "collector/base/clean.h"
#include "collector/symbols/perf_map.h"
#include "fuzz_seed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char seed[] = "10000000000 40 one\n0x10000000040 0x20 two\n0 ffffffffffffffff all\n";
static int file = -1;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_seed(*argc, *argv, "example", seed, sizeof(seed) - 1);
    file = memfd_create("map", 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct perf_map_address addresses[] = {{UINT64_C(0x10000000041), NULL},
                                           {UINT64_C(0x10000000001), NULL},
                                           {UINT64_MAX, NULL},
                                           {0, NULL}};
    const uint32_t count = sizeof(addresses) / sizeof(addresses[0]);
    if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size ||
        !perf_map_read(file, addresses, count))
        abort();
    for (uint32_t i = 0; i < count; i++) {
        const char *name = addresses[i].name;
        char copy[PERF_MAP_NAME_MAX + 1];
        if (name && (!*name || strlen(name) > PERF_MAP_NAME_MAX ||
                     strcmp(clean_text(strcpy(copy, name)), name) != 0))
            abort();
        free(addresses[i].name);
    }
    return 0;
}
