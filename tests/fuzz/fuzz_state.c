/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a state: read, aggregated, inspected and written as a profile.
 */
#include "collector/aggregate.h"
#include "collector/inspect.h"
#include "collector/profile/pprof_encode.h"
#include "collector/state/reader.h"
#include "fuzz_seed.h"
#include "state_builder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "state_builder.c"

static int sink = -1;   /* /dev/null */
static int source = -1; /* the input as a file, for what reads files */
static FILE *text;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct state_builder builder;
    state_builder_small_example(&builder);
    fuzz_seed(*argc, *argv, "example", builder.memory, builder.bytes);
    state_builder_deinit(&builder);
    sink = open("/dev/null", O_WRONLY);
    source = memfd_create("fuzz", 0);
    text = fopen("/dev/null", "w");
    return sink >= 0 && source >= 0 && text ? 0 : 1;
}

static void make_profile(struct state_reader *reader)
{
    struct aggregate aggregate;
    struct counts counts = {0};
    if (aggregate_init(&aggregate) && counts_init(&counts, reader) &&
        aggregate_update(&aggregate, reader, &(struct counts_view){&counts, NULL}) &&
        state_reader_refresh(reader) &&
        aggregate_update(&aggregate, reader, &(struct counts_view){&counts, &counts}))
        error_destroy(pprof_encode(aggregate.profile, sink, "fuzz", NULL, NULL));
    counts_deinit(&counts);
    aggregate_deinit(&aggregate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct state_reader *reader;
    char *copy = aligned_alloc(4096, (size + 4096) & ~(size_t)4095);
    memcpy(copy, data, size);
    struct error *error = state_reader_create_memory(copy, size, "fuzz", &reader);
    if (!error) {
        make_profile(reader);
        state_reader_destroy(reader);
    }
    error_destroy(error);
    free(copy);
    if (ftruncate(source, 0) == 0 && pwrite(source, data, size, 0) == (ssize_t)size)
        error_destroy(inspect_fd(source, "fuzz", true, text));
    return 0;
}
