/* SPDX-License-Identifier: Apache-2.0
 *
 * "objects: bytes [objects: bytes] @ addresses": in use, and in brackets what was ever
 * allocated.  After "heap_v2/T" pprof expects what was sampled and scales it itself: a sample
 * of n objects of mean size s stands for n / (1 - exp(-s / T)).  Ours are scaled already, so
 * they are divided by the same here.  Source: scaleHeapSample in pprof's legacy_profile.go.
 */
#include "tools/serve/heap_text.h"

#include <inttypes.h>
#include <math.h>

#include "collector/profile/stack.h"

struct pair {
    double objects, bytes;
};

/* At interval 1 all are sampled, and pprof does not scale. */
static struct pair as_sampled(int64_t objects, int64_t bytes, int64_t interval)
{
    struct pair pair = {(double)objects, (double)bytes};
    if (interval <= 1 || objects <= 0 || bytes <= 0)
        return pair;
    double size = pair.bytes / pair.objects;
    double sampled = round(pair.objects * -expm1(-size / (double)interval));
    return (struct pair){sampled, round(sampled * size)};
}

struct sums {
    struct pair inuse, allocated;
};

static struct sums of_values(const int64_t *values, int64_t interval)
{
    return (struct sums){
        as_sampled(values[PROFILE_INUSE_OBJECTS], values[PROFILE_INUSE_SPACE], interval),
        as_sampled(values[PROFILE_ALLOC_OBJECTS], values[PROFILE_ALLOC_SPACE], interval)};
}

static void put(FILE *out, const struct sums *sums)
{
    fprintf(out, "%.0f: %.0f [%.0f: %.0f] @", sums->inuse.objects, sums->inuse.bytes,
            sums->allocated.objects, sums->allocated.bytes);
}

static void put_mappings(FILE *out, const struct profile *profile)
{
    fputs("\nMAPPED_LIBRARIES:\n", out);
    for (uint32_t i = 1; i < profile->mappings.count; i++) {
        const struct profile_mapping *mapping = &profile->mappings.items[i];
        fprintf(out, "%" PRIx64 "-%" PRIx64 " r-xp %08" PRIx64 " 00:00 0 %s\n", mapping->start,
                mapping->limit, mapping->file_offset, profile_string(profile, mapping->file));
    }
}

bool heap_text_write(FILE *out, const struct profile *profile)
{
    struct profile_stack stack = {0};
    struct sums all = {0};
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        struct sums sums = of_values(&profile->values.items[i * PROFILE_VALUES], profile->period);
        all.inuse.objects += sums.inuse.objects;
        all.inuse.bytes += sums.inuse.bytes;
        all.allocated.objects += sums.allocated.objects;
        all.allocated.bytes += sums.allocated.bytes;
    }
    fputs("heap profile: ", out);
    put(out, &all);
    fprintf(out, " heap_v2/%" PRId64 "\n", profile->period);
    bool has_memory = true;
    for (uint32_t i = 0; has_memory && i < profile->samples.count; i++) {
        struct sums sums = of_values(&profile->values.items[i * PROFILE_VALUES], profile->period);
        if (!(has_memory = profile_stack_read(&stack, profile, profile->samples.items[i].node)))
            break;
        put(out, &sums);
        for (uint32_t frame = 0; frame < stack.depth; frame++) {
            uint32_t location = profile->nodes.items[stack.nodes[frame]].location;
            /* pprof takes one from each address of this form, which it holds for a return's. */
            fprintf(out, " 0x%" PRIx64, profile->locations.items[location].address + 1);
        }
        fputc('\n', out);
    }
    put_mappings(out, profile);
    profile_stack_deinit(&stack);
    return has_memory;
}
