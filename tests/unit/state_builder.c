/* SPDX-License-Identifier: Apache-2.0
 *
 * The shim's writer in slow motion: chunks are taken in order, records appended.
 */
#include "state_builder.h"
#include "preload/state_values.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t take_chunk(struct state_builder *builder, unsigned table)
{
    struct state_header *header = state_builder_header(builder);
    uint32_t chunk = header->chunks_used;
    if (chunk >= header->chunk_count)
        abort();
    header->chunks_used = chunk + 1;
    uint32_t *entries = (uint32_t *)(builder->memory + header->chunk_table_offset);
    entries[chunk] = STATE_CHUNK_ENTRY(table, builder->ordinals[table]);
    if (header->directory[table - 1].first_chunk == 0)
        header->directory[table - 1].first_chunk = chunk + 1;
    builder->ordinals[table]++;
    return header->chunks_offset + (uint64_t)chunk * builder->chunk_bytes;
}

static uint64_t append(struct state_builder *builder, unsigned table, size_t bytes)
{
    bytes = builder->record_bytes[table] ? builder->record_bytes[table] : bytes;
    if (builder->cursors[table] + bytes > builder->ends[table]) {
        builder->cursors[table] = take_chunk(builder, table);
        builder->ends[table] = builder->cursors[table] + builder->chunk_bytes;
    }
    uint64_t offset = builder->cursors[table];
    builder->cursors[table] += bytes;
    builder->counts[table]++;
    return offset;
}

static uint64_t offset_of(const struct state_builder *builder, unsigned table, uint32_t index)
{
    uint32_t record_bytes = builder->record_bytes[table];
    const struct state_header *header = (const struct state_header *)builder->memory;
    const uint32_t *entries = (const uint32_t *)(builder->memory + header->chunk_table_offset);
    uint32_t per_chunk = builder->chunk_bytes / record_bytes;
    for (uint32_t i = 0; i < header->chunk_count; i++)
        if (entries[i] == STATE_CHUNK_ENTRY(table, index / per_chunk))
            return header->chunks_offset + (uint64_t)i * builder->chunk_bytes +
                   (uint64_t)(index % per_chunk) * record_bytes;
    abort();
}

static void init(struct state_builder *builder, uint32_t chunks, uint32_t chunk_bytes,
                 bool is_later)
{
    memset(builder, 0, sizeof(*builder));
    for (unsigned table = 0; table < STATE_TABLE_COUNT; table++)
        builder->record_bytes[table] =
            state_record_bytes(table) + (state_record_bytes(table) && is_later ? 16 : 0);
    builder->chunk_bytes = chunk_bytes;
    size_t table_bytes = ((size_t)chunks * 4 + 4095) / 4096 * 4096;
    builder->bytes = STATE_HEADER_BYTES + table_bytes + (size_t)chunks * builder->chunk_bytes;
    builder->memory = aligned_alloc(4096, builder->bytes);
    if (!builder->memory)
        abort();
    memset(builder->memory, 0, builder->bytes);
    struct state_header *header = state_builder_header(builder);
    header->version = STATE_VERSION;
    header->header_bytes = sizeof(*header);
    header->state_bytes = builder->bytes;
    header->chunk_table_offset = STATE_HEADER_BYTES;
    header->chunks_offset = STATE_HEADER_BYTES + table_bytes;
    header->chunk_bytes = builder->chunk_bytes;
    header->chunk_count = chunks;
    memcpy(header->writer, "9.8.7", 6);
    header->directory_offset = offsetof(struct state_header, directory);
    header->directory_count = STATE_TABLE_COUNT - 1;
    for (uint32_t table = 1; table < STATE_TABLE_COUNT; table++)
        header->directory[table - 1] = (struct state_directory_entry){
            .id = table, .record_bytes = builder->record_bytes[table]};
    header->pid = 4194304; /* above every real one */
    header->start_ns = (uint64_t)time(NULL) * 1000000000;
    header->interval_bytes = 524288;
    header->depth = 128;
    header->phase = STATE_PHASE_RECORDING;
    header->exe = state_builder_string(builder, "/usr/bin/example");
    header->comm = state_builder_string(builder, "example");
    header->cwd = state_builder_string(builder, "/");
    /* Index 0 of these is never used. */
    append(builder, STATE_TABLE_MODULES, sizeof(struct state_module));
    append(builder, STATE_TABLE_SITES, sizeof(struct state_site));
    header->magic = STATE_MAGIC;
}

void state_builder_init_chunks(struct state_builder *builder, uint32_t chunks, uint32_t chunk_bytes)
{
    init(builder, chunks, chunk_bytes, false);
}

void state_builder_init(struct state_builder *builder, uint32_t chunks)
{
    state_builder_init_chunks(builder, chunks, STATE_CHUNK_BYTES_MIN);
}

void state_builder_deinit(struct state_builder *builder)
{
    free(builder->memory);
}

struct state_header *state_builder_header(struct state_builder *builder)
{
    return (struct state_header *)builder->memory;
}

uint64_t state_builder_string(struct state_builder *builder, const char *text)
{
    size_t length = strlen(text);
    uint64_t offset = append(builder, STATE_TABLE_STRINGS, (4 + length + 1 + 7) / 8 * 8);
    uint32_t stored = (uint32_t)length;
    memcpy(builder->memory + offset, &stored, sizeof(stored));
    memcpy(builder->memory + offset + 4, text, length);
    return offset;
}

uint32_t state_builder_module(struct state_builder *builder, const char *path, uint64_t start,
                              uint64_t bytes)
{
    uint32_t index = builder->counts[STATE_TABLE_MODULES];
    uint64_t name = state_builder_string(builder, path);
    append(builder, STATE_TABLE_MODULES, sizeof(struct state_module));
    struct state_module *module = state_builder_module_at(builder, index);
    module->path = name;
    module->bias = start;
    module->map_start = start;
    module->map_end = start + bytes;
    module->segment_count = 1;
    module->segments[0] = (struct state_segment){0x1000, bytes - 0x1000, 0x1000};
    module->is_executable = index == 1;
    state_builder_header(builder)->modules_used = index + 1;
    return index;
}

struct state_module *state_builder_module_at(struct state_builder *builder, uint32_t index)
{
    return (struct state_module *)(builder->memory +
                                   offset_of(builder, STATE_TABLE_MODULES, index));
}

uint32_t state_builder_node(struct state_builder *builder, uint32_t parent, uint32_t module,
                            uint64_t pc)
{
    uint64_t offset = append(builder, STATE_TABLE_NODES, sizeof(struct state_node));
    struct state_node *node = (struct state_node *)(builder->memory + offset);
    node->parent = parent;
    node->module = module;
    node->pc = pc;
    return (uint32_t)(offset / STATE_NODE_UNIT);
}

struct state_node *state_builder_node_at(struct state_builder *builder, uint32_t node)
{
    return (struct state_node *)(builder->memory + (uint64_t)node * STATE_NODE_UNIT);
}

uint32_t state_builder_site(struct state_builder *builder, uint32_t size_class, uint32_t node)
{
    uint32_t index = builder->counts[STATE_TABLE_SITES];
    uint64_t offset = append(builder, STATE_TABLE_SITES, sizeof(struct state_site));
    struct state_site *site = (struct state_site *)(builder->memory + offset);
    site->size_class = size_class;
    site->node = node;
    state_builder_header(builder)->sites_used = index + 1;
    return index;
}

struct state_counters *state_builder_cell(struct state_builder *builder, uint32_t shard,
                                          uint32_t site, uint64_t allocated_objects,
                                          uint64_t allocated_bytes, uint64_t freed_objects,
                                          uint64_t freed_bytes)
{
    uint64_t offset = append(builder, STATE_TABLE_COUNTERS, sizeof(struct state_counters));
    struct state_counters *counters = (struct state_counters *)(builder->memory + offset);
    counters->allocated_objects = allocated_objects;
    counters->allocated_bytes = allocated_bytes;
    counters->freed_objects = freed_objects;
    counters->freed_bytes = freed_bytes;
    counters->key = STATE_COUNTERS_KEY(shard, site);
    return counters;
}

struct state_life *state_builder_life(struct state_builder *builder, uint32_t shard, uint32_t node)
{
    uint64_t offset = append(builder, STATE_TABLE_LIFE, sizeof(struct state_life));
    struct state_life *life = (struct state_life *)(builder->memory + offset);
    struct state_header *header = state_builder_header(builder);
    header->features_optional |= STATE_FEATURE_LIFETIMES;
    header->lifetimes = 1;
    header->lifetimes_window = 4096;
    life->shard = (uint8_t)shard;
    life->node = node;
    return life;
}

void state_builder_freed_at(struct state_builder *builder, uint32_t shard, uint32_t node,
                            uint32_t free_node, uint32_t count)
{
    uint64_t offset = append(builder, STATE_TABLE_FREED_AT, sizeof(struct state_freed_at));
    struct state_freed_at *freed = (struct state_freed_at *)(builder->memory + offset);
    freed->node = node;
    freed->shard = shard;
    freed->count = count;
    freed->free_node = free_node;
}

struct state_shard *state_builder_buffer(struct state_builder *builder, uint64_t samples)
{
    uint64_t offset = append(builder, STATE_TABLE_SHARDS, sizeof(struct state_shard));
    struct state_shard *shard = (struct state_shard *)(builder->memory + offset);
    shard->owners = 1;
    shard->samples = samples;
    state_builder_header(builder)->shards_used++;
    return shard;
}

void state_builder_point(struct state_builder *builder, unsigned ring, uint64_t since_start_ns,
                         uint64_t inuse_bytes, uint64_t allocated_bytes, uint64_t allocated_objects)
{
    uint64_t step_ns = STATE_RING_FIRST_NS;
    for (unsigned i = 0; i < ring; i++)
        step_ns *= 10;
    uint32_t index =
        ring * STATE_RING_POINTS + (uint32_t)(since_start_ns / step_ns % STATE_RING_POINTS);
    while (builder->counts[STATE_TABLE_TIMELINE] <= index)
        append(builder, STATE_TABLE_TIMELINE, sizeof(struct state_point));
    struct state_point *point =
        (struct state_point *)(builder->memory + offset_of(builder, STATE_TABLE_TIMELINE, index));
    point->stamp =
        state_point_stamp(since_start_ns, inuse_bytes, allocated_bytes, allocated_objects);
    point->inuse_bytes = inuse_bytes;
    point->allocated_bytes = allocated_bytes;
    point->allocated_objects = allocated_objects;
}

static void fill_example(struct state_builder *builder)
{
    uint32_t exe = state_builder_module(builder, "/usr/bin/example", 0x10000, 0x8000);
    uint32_t library = state_builder_module(builder, "/usr/lib/libexample.so", 0x50000, 0x8000);
    uint32_t root = state_builder_node(builder, 0, exe, 0x11000);
    uint32_t middle = state_builder_node(builder, root, exe, 0x12000);
    uint32_t leaf = state_builder_node(builder, middle, library, 0x51000);
    uint32_t other = state_builder_node(builder, middle, library, 0x52000);
    uint32_t sites[] = {
        state_builder_site(builder, state_size_class(16), leaf),
        state_builder_site(builder, state_size_class(100), leaf),
        state_builder_site(builder, state_size_class(4096), other),
    };
    state_builder_buffer(builder, 0);
    state_builder_buffer(builder, 30);
    state_builder_buffer(builder, 12);
    state_builder_cell(builder, 1, sites[0], 10, 160, 4, 64);
    state_builder_cell(builder, 2, sites[0], 5, 80, 6, 96);
    state_builder_cell(builder, 1, sites[1], 3, 300, 3, 300);
    state_builder_cell(builder, 2, sites[2], 7, 28672, 0, 0);
}

void state_builder_example(struct state_builder *builder)
{
    state_builder_init(builder, 12);
    fill_example(builder);
}

void state_builder_later_example(struct state_builder *builder)
{
    init(builder, 16, STATE_CHUNK_BYTES_MIN, true);
    struct state_header *header = state_builder_header(builder);
    header->header_bytes += 256;
    header->features_optional |= UINT64_C(1) << 63;
    /* The directory has moved to the new end, and has one table more. */
    struct state_directory_entry *moved =
        (struct state_directory_entry *)(builder->memory + sizeof(*header));
    memcpy(moved, header->directory, sizeof(header->directory));
    moved[STATE_TABLE_COUNT - 1] =
        (struct state_directory_entry){.id = STATE_TABLE_LATER, .record_bytes = 48};
    header->directory_offset = sizeof(*header);
    header->directory_count = STATE_TABLE_COUNT;
    uint32_t *entries = (uint32_t *)(builder->memory + header->chunk_table_offset);
    entries[header->chunks_used] = STATE_CHUNK_ENTRY(STATE_TABLE_LATER, 0);
    memset(builder->memory + header->chunks_offset + header->chunks_used * STATE_CHUNK_BYTES_MIN,
           0x55, STATE_CHUNK_BYTES_MIN);
    header->chunks_used++;
    fill_example(builder);
}

void state_builder_first_version(struct state_builder *builder)
{
    struct state_header *header = state_builder_header(builder);
    header->version = 1;
    header->header_bytes = STATE_HEADER_BYTES_V1;
    memset(builder->memory + STATE_HEADER_BYTES_V1, 0x55,
           STATE_HEADER_BYTES - STATE_HEADER_BYTES_V1);
    const uint32_t *entries = (const uint32_t *)(builder->memory + header->chunk_table_offset);
    for (uint32_t i = 0; i < header->chunks_used; i++) {
        struct state_counters *counters =
            (struct state_counters *)(builder->memory + header->chunks_offset +
                                      (uint64_t)i * builder->chunk_bytes);
        for (uint32_t c = 0; STATE_CHUNK_TABLE(entries[i]) == STATE_TABLE_COUNTERS &&
                             c < builder->chunk_bytes / sizeof(*counters);
             c++) {
            uint32_t key = counters[c].key;
            counters[c].epoch = STATE_COUNTERS_SHARD(key);
            counters[c].key = STATE_COUNTERS_SITE(key);
        }
    }
}

void state_builder_small_example(struct state_builder *builder)
{
    state_builder_init_chunks(builder, 6, 4096);
    fill_example(builder);
}

void state_builder_write(const struct state_builder *builder, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t done = 0;
    while (fd >= 0 && done < builder->bytes) {
        ssize_t wrote = write(fd, builder->memory + done, builder->bytes - done);
        if (wrote <= 0)
            abort();
        done += (size_t)wrote;
    }
    if (fd < 0 || close(fd) != 0)
        abort();
}
