/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a profile: decoded, tabulated, encoded and decoded again.
 */
#include "collector/pprof_decode.h"
#include "collector/pprof_encode.h"
#include "fuzz_seed.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int sink = -1;

/* A sample type, a sample of one location with a label, its line and function,
 * a mapping, strings, comments, an expression to drop: one of each field. */
static const char seed[] =
    "\x0a\x04\x08\x01\x10\x02"                                             /* sample_type */
    "\x12\x0f\x0a\x02\x01\x01\x12\x01\x07\x1a\x06\x08\x03\x18\x10\x20\x02" /* sample */
    "\x1a\x08\x08\x01\x10\x80\x20\x18\x80\x40"                             /* mapping */
    "\x22\x0d\x08\x01\x10\x01\x18\x80\x30\x22\x04\x08\x01\x10\x05"         /* location */
    "\x2a\x08\x08\x01\x10\x04\x18\x04\x20\x05"                             /* function */
    "\x32\x00\x32\x05space\x32\x05"
    "bytes\x32\x04size\x32\x04"
    "f(g)\x32\x04/f.c"
    "\x38\x06\x32\x03(f)\x48\x01\x60\x02\x6a\x01\x04\x70\x01";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_seed(*argc, *argv, "example", seed, sizeof(seed) - 1);
    sink = memfd_create("fuzz", 0);
    return sink >= 0 ? 0 : 1;
}

static void use(const struct profile *profile)
{
    struct profile_table table;
    for (int type = -1; type <= (int)profile->types.count; type++) {
        struct error *error = profile_table_create(profile, type, &table);
        if (error)
            error_destroy(error);
        else
            profile_table_destroy(&table);
        profile_total(profile, type);
    }
}

/* What was decoded encodes to something that decodes to as much. */
static void encode_and_decode(const struct profile *profile)
{
    struct profile *again = NULL;
    if (ftruncate(sink, 0) != 0 || lseek(sink, 0, SEEK_SET) != 0)
        return;
    struct error *error = pprof_encode(profile, sink, "fuzz", NULL, NULL);
    if (error) {
        error_destroy(error);
        return;
    }
    size_t count = (size_t)lseek(sink, 0, SEEK_CUR);
    char *bytes = malloc(count + 1);
    if (pread(sink, bytes, count, 0) == (ssize_t)count) {
        error = pprof_decode(bytes, count, "fuzz", &again);
        if (error || again->samples.count != profile->samples.count ||
            again->locations.count != profile->locations.count)
            abort();
        profile_destroy(again);
    }
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct profile *profile;
    struct error *error = pprof_decode(data, size, "fuzz", &profile);
    if (error) {
        error_destroy(error);
        return 0;
    }
    use(profile);
    encode_and_decode(profile);
    profile_destroy(profile);
    return 0;
}
