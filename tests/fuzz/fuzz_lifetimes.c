/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a state's lifetimes, and as a file of lifetimes: summed, understood, advised about.
 */
#include "collector/advise/advice_list.h"
#include "collector/lifetime_sums.h"
#include "collector/lifetimes/sidecar.h"
#include "collector/profile/pprof_decode.h"
#include "collector/profile/pprof_encode.h"
#include "collector/state/reader.h"
#include "fuzz_seed.h"
#include "state_builder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "state_builder.c"

static void advise(const struct lifetimes *lifetimes)
{
    struct advise_sites sites;
    struct advice_list list = {0};
    if (advise_sites_init(&sites, lifetimes))
        (void)!advice_list_init(&list, &sites);
    advice_list_deinit(&list);
    advise_sites_deinit(&sites);
}

/* The state's lifetimes as the file's profile; NULL: it is no state. */
static struct profile *file_of(const void *memory, size_t bytes)
{
    struct state_reader *reader;
    struct lifetimes lifetimes = {.interval_bytes = 1, .windows = 8};
    struct aggregate stacks;
    struct profile *profile = NULL;
    struct error *error = state_reader_create_memory(memory, bytes, "fuzz", &reader);
    if (error) {
        error_destroy(error);
        return NULL;
    }
    if (aggregate_init_stacks(&stacks) && lifetime_sums_read(&lifetimes, &stacks, reader)) {
        lifetimes.profile = stacks.profile;
        stacks.profile = NULL;
        advise(&lifetimes);
        if (sidecar_fill(&lifetimes)) {
            profile = lifetimes.profile;
            lifetimes.profile = NULL;
        }
    }
    lifetimes_deinit(&lifetimes);
    aggregate_deinit(&stacks);
    state_reader_destroy(reader);
    return profile;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct state_builder builder;
    static char bytes[1 << 16];
    state_builder_init_chunks(&builder, 8, 4096);
    uint32_t exe = state_builder_module(&builder, "/bin/app", 0x10000, 0x8000);
    uint32_t root = state_builder_node(&builder, 0, exe, 0x11000);
    uint32_t leaf = state_builder_node(&builder, root, exe, 0x12000);
    uint32_t site = state_builder_site(&builder, 16, leaf);
    state_builder_cell(&builder, 1, site, 5000, 80000, 5000, 80000);
    struct state_life *life = state_builder_life(&builder, 1, leaf);
    life->followed = 5000;
    life->ended_at[1] = 5000;
    life->began_at[15] = 400;
    life->began_at[0] = 4600;
    life->live_max = 12;
    state_builder_freed_at(&builder, 1, leaf, root, 5000);
    fuzz_seed(*argc, *argv, "state", builder.memory, builder.bytes);
    struct profile *profile = file_of(builder.memory, builder.bytes);
    int fd = memfd_create("seed", MFD_CLOEXEC);
    error_destroy(pprof_encode(profile, fd, "seed", NULL, NULL));
    ssize_t count = pread(fd, bytes, sizeof(bytes), 0);
    close(fd);
    profile_destroy(profile);
    fuzz_seed(*argc, *argv, "file", bytes, count > 0 ? (size_t)count : 0);
    state_builder_deinit(&builder);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct profile *profile = NULL;
    struct lifetimes lifetimes;
    char *copy = aligned_alloc(4096, (size + 4096) & ~(size_t)4095);
    memcpy(copy, data, size);
    profile_destroy(file_of(copy, size));
    struct error *error = pprof_decode(copy, size, "fuzz", &profile);
    if (!error) {
        error = sidecar_understand(&lifetimes, profile, "fuzz");
        if (!error)
            advise(&lifetimes);
        lifetimes_deinit(&lifetimes);
    }
    error_destroy(error);
    free(copy);
    return 0;
}
