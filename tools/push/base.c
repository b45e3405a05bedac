/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/base.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC     UINT64_C(0x68737570666f7270) /* "profpush" */
#define VERSION   1
#define SITES_MAX (1u << 20) /* as many as a state has */

struct file_header {
    uint64_t magic;
    uint32_t version, in_flight;
    uint32_t pid, count;
    uint64_t pid_namespace, start_ns, seed;
    int64_t accepted_s;
    uint64_t ambiguous;
};
_Static_assert(sizeof(struct file_header) == 64, "the file's format");

struct file_counts {
    uint64_t objects, bytes; /* allocated */
};

struct push_base_of push_base_of(const struct state_info *info)
{
    return (struct push_base_of){info->pid, info->pid_namespace, info->start_ns, info->seed};
}

void push_base_begin(struct push_base *base, const struct push_base_of *of, int64_t from_s)
{
    *base = (struct push_base){.of = *of, .accepted_s = from_s};
}

void push_base_deinit(struct push_base *base)
{
    counts_deinit(&base->counts);
}

void push_base_move(struct push_base *base, struct counts *counts, int64_t accepted_s)
{
    counts_deinit(&base->counts);
    base->counts = *counts;
    *counts = (struct counts){0};
    for (uint32_t i = 0; i < base->counts.count; i++) {
        struct state_reader_counts *at = &base->counts.of_site[i];
        at->freed_objects = at->allocated_objects;
        at->freed_bytes = at->allocated_bytes;
    }
    base->accepted_s = accepted_s;
    base->in_flight = false;
}

uint64_t push_base_bytes_since(const struct push_base *base, const struct counts *counts)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < counts->count; i++) {
        uint64_t before = i < base->counts.count ? base->counts.of_site[i].allocated_bytes : 0;
        uint64_t now = counts->of_site[i].allocated_bytes;
        sum += now > before ? now - before : 0;
    }
    return sum;
}

size_t push_base_in_flight_offset(void)
{
    return offsetof(struct file_header, in_flight);
}

unsigned char *push_base_encode(const struct push_base *base, size_t *bytes)
{
    const struct file_header header = {
        .magic = MAGIC,
        .version = VERSION,
        .in_flight = base->in_flight,
        .pid = base->of.pid,
        .count = base->counts.count,
        .pid_namespace = base->of.pid_namespace,
        .start_ns = base->of.start_ns,
        .seed = base->of.seed,
        .accepted_s = base->accepted_s,
        .ambiguous = base->ambiguous,
    };
    *bytes = sizeof header + header.count * sizeof(struct file_counts);
    unsigned char *text = malloc(*bytes);
    if (!text)
        return NULL;
    memcpy(text, &header, sizeof header);
    for (uint32_t i = 0; i < header.count; i++) {
        const struct file_counts at = {base->counts.of_site[i].allocated_objects,
                                       base->counts.of_site[i].allocated_bytes};
        memcpy(text + sizeof header + i * sizeof at, &at, sizeof at);
    }
    return text;
}

static const char *check(const struct file_header *header, size_t bytes,
                         const struct push_base_of *of)
{
    if (header->magic != MAGIC)
        return "it is no base of memprof push";
    if (header->version != VERSION)
        return "another version of memprof wrote it";
    if (header->count > SITES_MAX ||
        bytes != sizeof *header + (size_t)header->count * sizeof(struct file_counts))
        return "it is damaged";
    if (header->pid != of->pid || header->pid_namespace != of->pid_namespace ||
        header->start_ns != of->start_ns || header->seed != of->seed)
        return "it is another process's";
    return NULL;
}

const char *push_base_decode(struct push_base *base, const unsigned char *text, size_t bytes,
                             const struct push_base_of *of)
{
    struct file_header header;
    push_base_begin(base, of, 0);
    if (bytes < sizeof header)
        return "it is damaged";
    memcpy(&header, text, sizeof header);
    const char *fault = check(&header, bytes, of);
    if (fault)
        return fault;
    struct counts counts = {
        .of_site = malloc(((size_t)header.count + 1) * sizeof *counts.of_site),
        .count = header.count,
    };
    if (!counts.of_site)
        return "there is no memory";
    for (uint32_t i = 0; i < header.count; i++) {
        struct file_counts at;
        memcpy(&at, text + sizeof header + i * sizeof at, sizeof at);
        counts.of_site[i] = (struct state_reader_counts){.allocated_objects = at.objects,
                                                         .allocated_bytes = at.bytes};
    }
    push_base_move(base, &counts, header.accepted_s);
    base->ambiguous = header.ambiguous;
    base->in_flight = header.in_flight != 0;
    return NULL;
}
