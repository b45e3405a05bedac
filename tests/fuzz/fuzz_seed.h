/* SPDX-License-Identifier: Apache-2.0
 *
 * A fuzzer's first inputs: written into its corpus directory, the last argument,
 * when it starts.
 */
#ifndef MEMPROF_TESTS_FUZZ_SEED_H
#define MEMPROF_TESTS_FUZZ_SEED_H

#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

static inline void fuzz_seed(int argc, char **argv, const char *name, const void *bytes,
                             size_t count)
{
    char path[4096];
    struct stat status;
    const char *directory = argv[argc - 1];
    if (argc < 2 || stat(directory, &status) != 0 || !S_ISDIR(status.st_mode))
        return;
    snprintf(path, sizeof(path), "%s/seed-%s", directory, name);
    FILE *file = fopen(path, "wb");
    if (!file)
        return;
    fwrite(bytes, 1, count, file);
    fclose(file);
}

#endif
