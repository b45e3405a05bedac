/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens a state.  Sites and modules are copied then; nodes, counters and shards are
 * read when asked for.
 */
#include "collector/state/reader.h"
#include "collector/state/header.h"

#include "collector/base/budget.h"
#include "collector/state/layout.h"
#include "collector/state/names.h"
#include "collector/state/timeline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define STRING_BYTES_MAX  65536u
#define STRINGS_BYTES_MAX (UINT64_C(16) << 20) /* bytes of strings, copied of all modules */

static_assert(MODULE_SEGMENTS_MAX == STATE_SEGMENTS_MAX, "modules are copied whole");
static_assert(MODULE_BUILD_ID_MAX == STATE_BUILD_ID_MAX, "modules are copied whole");
static_assert(MODULE_BUILD_ID_SURE == STATE_BUILD_ID_SURE, "both trust the same build ids");
static_assert(STATE_READER_RINGS == STATE_RINGS && STATE_READER_RING_POINTS == STATE_RING_POINTS,
              "rings are copied whole");

/* --- strings --- */

/* A copy with a NUL after its *bytes; "" for what is not there, or is too much (many
 * records may name one string).  NULL: no memory. */
static char *copy_string(struct state_reader *reader, uint64_t offset, size_t *bytes)
{
    uint64_t room = offset % 4 == 0 ? state_layout_room(reader, STATE_TABLE_STRINGS, offset) : 0;
    uint32_t length = 0;
    if (room > sizeof(uint32_t) && state_layout_is_stored(reader, offset, sizeof(uint32_t))) {
        memcpy(&length, reader->base + offset, sizeof(length));
        if (length > STRING_BYTES_MAX || length > room - sizeof(uint32_t) ||
            length > reader->string_bytes ||
            !state_layout_is_stored(reader, offset + sizeof(uint32_t), length))
            length = 0;
    }
    reader->string_bytes -= length;
    char *copy = malloc((size_t)length + 1);
    if (!copy)
        return NULL;
    if (length > 0)
        memcpy(copy, reader->base + offset + sizeof(uint32_t), length);
    copy[length] = '\0';
    if (bytes)
        *bytes = length;
    return copy;
}

static bool copy_strings(struct state_reader *reader, const struct state_header *header)
{
    struct state_info *info = &reader->info;
    info->exe = copy_string(reader, header->exe, NULL);
    info->comm = copy_string(reader, header->comm, NULL);
    info->cwd = copy_string(reader, header->cwd, NULL);
    info->arguments = copy_string(reader, header->arguments, &info->arguments_bytes);
    if (header->out)
        info->out = copy_string(reader, header->out, NULL);
    return info->exe && info->comm && info->cwd && info->arguments && (info->out || !header->out);
}

/* --- what is copied when opening --- */

static bool copy_module(struct state_reader *reader, const struct state_module *from,
                        struct module *to)
{
    /* Acquire pairs with the shim's release store: the rest is there. */
    uint64_t end = atomic_load_explicit(&from->map_end, memory_order_acquire);
    if (end == 0)
        return true;
    struct state_module copy;
    memcpy(&copy, (const void *)from, sizeof(copy));
    *to = (struct module){
        .bias = copy.bias,
        .map_start = copy.map_start,
        .map_end = end,
        .device = copy.device,
        .inode = copy.inode,
        .file_bytes = copy.file_bytes,
        .mtime_ns = copy.mtime_ns,
        .build_id_length = copy.build_id_length <= STATE_BUILD_ID_MAX ? copy.build_id_length : 0,
        .segment_count =
            copy.segment_count <= STATE_SEGMENTS_MAX ? copy.segment_count : STATE_SEGMENTS_MAX,
        .is_executable = copy.is_executable != 0,
        .unload_epoch = copy.unload_epoch,
    };
    memcpy(to->build_id, copy.build_id, sizeof(to->build_id));
    for (unsigned i = 0; i < STATE_SEGMENTS_MAX; i++)
        to->segments[i] = (struct module_segment){copy.segments[i].vaddr, copy.segments[i].bytes,
                                                  copy.segments[i].file_offset};
    to->path = copy_string(reader, copy.path, NULL);
    return to->path != NULL;
}

/* How many records a table has up to the last one that is stored. */
static uint32_t count_indexed(const struct state_reader *reader, unsigned table, uint32_t limit)
{
    struct state_walk walk = {0};
    uint64_t first, total = 0;
    uint32_t count;
    while (state_layout_next(reader, table, &walk, &first, &count))
        if (first + count > total)
            total = first + count;
    return total < limit ? (uint32_t)total : limit;
}

/* Makes room for `total` records and zeroes the new ones.  False: no memory. */
static bool make_room(void **records, uint32_t *count, uint32_t total, size_t record_bytes)
{
    if (*records && total <= *count)
        return true;
    char *moved = realloc(*records, ((size_t)total + 1) * record_bytes);
    if (!moved)
        return false;
    memset(moved + *count * record_bytes, 0, ((size_t)total + 1 - *count) * record_bytes);
    *records = moved;
    *count = total;
    return true;
}

/* Copies the records that were published since the last time. */
static bool copy_modules(struct state_reader *reader)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    uint32_t total = count_indexed(reader, STATE_TABLE_MODULES, STATE_MODULES_MAX);
    if (!make_room((void **)&reader->modules, &reader->module_count, total,
                   sizeof(*reader->modules)))
        return false;
    const void *records;
    while ((records = state_layout_next(reader, STATE_TABLE_MODULES, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++)
            if (first + i > 0 && first + i < reader->module_count &&
                !reader->modules[first + i].path &&
                !copy_module(reader, state_layout_at(reader, STATE_TABLE_MODULES, records, i),
                             &reader->modules[first + i]))
                return false;
    return true;
}

static bool copy_sites(struct state_reader *reader)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    uint32_t total = count_indexed(reader, STATE_TABLE_SITES, STATE_SITES_MAX);
    if (!make_room((void **)&reader->sites, &reader->site_count, total, sizeof(*reader->sites)))
        return false;
    const void *records;
    while ((records = state_layout_next(reader, STATE_TABLE_SITES, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++) {
            const struct state_site *site = state_layout_at(reader, STATE_TABLE_SITES, records, i);
            /* Acquire pairs with the shim's release store: the class is there. */
            uint32_t node = atomic_load_explicit(&site->node, memory_order_acquire);
            if (node != 0 && first + i < reader->site_count && reader->sites[first + i].node == 0)
                reader->sites[first + i] = (struct state_reader_site){site->size_class, node};
        }
    return true;
}

static bool copy_records(struct state_reader *reader)
{
    return reader->has_totals_only || (copy_modules(reader) && copy_sites(reader));
}

/* In one walk: to find what is stored is two system calls each time. */
static void sum_shards(struct state_reader *reader)
{
    struct state_info *info = &reader->info;
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const void *records;
    info->samples = info->samples_freed = info->truncated = 0;
    while ((records = state_layout_next(reader, STATE_TABLE_SHARDS, &walk, &first, &count)))
        for (uint32_t i = 0; i < count && first + i < STATE_SHARDS_MAX; i++) {
            const struct state_shard *shard =
                state_layout_at(reader, STATE_TABLE_SHARDS, records, i);
            info->samples += atomic_load_explicit(&shard->samples, memory_order_relaxed);
            info->samples_freed +=
                atomic_load_explicit(&shard->samples_freed, memory_order_relaxed);
            info->truncated += atomic_load_explicit(&shard->truncated, memory_order_relaxed);
        }
}

/* --- open and close --- */

static struct error *open_memory(struct state_reader *reader, const char *name)
{
    struct state_header header;
    if (reader->bytes < sizeof(header) || atomic_load_explicit(&state_layout_header(reader)->magic,
                                                               memory_order_acquire) != STATE_MAGIC)
        return error_create("cannot read the state: %s: it is not a state of memprof", name);
    memcpy(&header, reader->base, sizeof(header));
    struct error *error = state_layout_check_version(&header, name);
    if (error)
        return error;
    const char *fault = state_layout_fault(&header);
    if (!fault)
        fault = state_layout_init(reader, &header);
    if (fault)
        return error_create("cannot read the state: %s: %s", name, fault);
    if (header.chunks_offset > reader->bytes)
        return error_create("cannot read the state: %s: it is truncated", name);
    reader->chunk_table_offset = header.chunk_table_offset;
    reader->chunks_offset = header.chunks_offset;
    reader->chunk_bytes = header.chunk_bytes;
    reader->chunk_shift = (uint32_t)__builtin_ctz(header.chunk_bytes);
    reader->chunk_count = header.chunk_count;
    reader->string_bytes = STRINGS_BYTES_MAX;
    state_layout_copy_header(&reader->info, &header);
    if (!copy_strings(reader, &header) || !copy_records(reader))
        return budget_error("cannot read the state: %s", name);
    sum_shards(reader);
    if (state_reader_is_broken(reader))
        return error_create("cannot read the state: %s: the file was truncated while it was read",
                            name);
    return NULL;
}

/* Maps the whole file, so that growth is seen; or, short of address space, what
 * is in use. */
static bool map_file(struct state_reader *reader, int fd, uint64_t bytes)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        void *base = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
        if (base != MAP_FAILED) {
            reader->base = base;
            reader->bytes = bytes;
            reader->is_mapped = true;
            guard_begin(&reader->guard, base, bytes);
            return true;
        }
        void *head = mmap(NULL, sizeof(struct state_header), PROT_READ, MAP_SHARED, fd, 0);
        if (head == MAP_FAILED)
            return false;
        guard_begin(&reader->guard, head, sizeof(struct state_header));
        struct state_header header;
        memcpy(&header, head, sizeof(header));
        guard_end(&reader->guard);
        munmap(head, sizeof(struct state_header));
        uint64_t used = header.chunks_offset + (uint64_t)header.chunks_used * header.chunk_bytes;
        if (used >= bytes || used < sizeof(header))
            break;
        bytes = used;
    }
    errno = ENOMEM;
    return false;
}

static struct error *create(int fd, const char *name, bool has_totals_only,
                            struct state_reader **created)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return error_create_errno(errno, "cannot read the state: %s", name);
    if (!S_ISREG(status.st_mode))
        return error_create("cannot read the state: %s: it is not a regular file", name);
    if ((uint64_t)status.st_size < sizeof(struct state_header))
        return error_create("cannot read the state: %s: it is not a state of memprof", name);
    struct state_reader *reader = calloc(1, sizeof(*reader));
    if (!reader)
        return error_create("cannot read the state: %s: out of memory", name);
    struct error *error = NULL;
    reader->has_totals_only = has_totals_only;
    reader->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    reader->stored =
        calloc((uint64_t)status.st_size / STATE_READER_PAGE / 64 + 2, sizeof(*reader->stored));
    if (reader->fd < 0 || !reader->stored)
        error = error_create("cannot read the state: %s: out of memory or descriptors", name);
    if (!error && !map_file(reader, fd, (uint64_t)status.st_size))
        error = error_create_errno(errno, "cannot read the state: %s", name);
    if (!error)
        error = open_memory(reader, name);
    if (!error && reader->info.state_bytes > (uint64_t)status.st_size)
        error = error_create("cannot read the state: %s: it is truncated", name);
    if (error) {
        state_reader_destroy(reader);
        return error;
    }
    *created = reader;
    return NULL;
}

struct error *state_reader_create(int fd, const char *name, struct state_reader **reader)
{
    return create(fd, name, false, reader);
}

struct error *state_reader_create_totals(int fd, const char *name, struct state_reader **reader)
{
    return create(fd, name, true, reader);
}

struct error *state_reader_create_memory(const void *memory, size_t bytes, const char *name,
                                         struct state_reader **created)
{
    struct state_reader *reader = calloc(1, sizeof(*reader));
    if (!reader)
        return error_create("cannot read the state: %s: out of memory", name);
    reader->fd = -1;
    reader->base = memory;
    reader->bytes = bytes;
    struct error *error = open_memory(reader, name);
    if (error)
        state_reader_destroy(reader);
    else
        *created = reader;
    return error;
}

void state_reader_destroy(struct state_reader *reader)
{
    if (!reader)
        return;
    for (uint32_t i = 0; reader->modules && i < reader->module_count; i++)
        free(reader->modules[i].path);
    free(reader->modules);
    free(reader->sites);
    free(reader->info.exe);
    free(reader->info.comm);
    free(reader->info.cwd);
    free(reader->info.out);
    free(reader->info.arguments);
    state_reader_unmap(reader);
    free(reader);
}

/* Sizes and offsets are those that were checked when the state was opened, whatever the header
 * says by now. */
bool state_reader_refresh(struct state_reader *reader)
{
    struct state_header header;
    memcpy(&header, reader->base, sizeof(header));
    state_layout_copy_header(&reader->info, &header);
    sum_shards(reader);
    return copy_records(reader);
}

void state_reader_unmap(struct state_reader *reader)
{
    if (reader->is_mapped) {
        guard_end(&reader->guard);
        munmap((void *)reader->base, reader->bytes);
    }
    if (reader->fd >= 0)
        close(reader->fd);
    free(reader->stored);
    reader->fd = -1;
    reader->stored = NULL;
    reader->base = NULL;
    reader->bytes = 0;
    reader->chunk_count = 0;
    reader->is_mapped = false;
}

/* What is behind the end of a file is looked at by nobody: it counts as a hole. */
static bool is_shorter(const struct state_reader *reader)
{
    struct stat status;
    return reader->fd >= 0 && fstat(reader->fd, &status) == 0 &&
           (uint64_t)status.st_size < reader->bytes;
}

bool state_reader_is_broken(const struct state_reader *reader)
{
    return guard_was_hit(&reader->guard) || is_shorter(reader);
}
