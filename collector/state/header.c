/* SPDX-License-Identifier: Apache-2.0
 *
 * Which headers can be read: those of other versions of memprof, too.
 */
#include "collector/state/header.h"

#include "collector/base/error.h"
#include "collector/state/layout.h"
#include "collector/state/names.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static_assert(STATE_READER_LOSSES == STATE_LOST_COUNT, "all losses are copied");
static_assert(sizeof(((struct state_info *)0)->writer) > STATE_WRITER_BYTES, "it ends in a NUL");

#define CHUNK_BYTES_MAX (UINT32_C(16) << 20)
#define STATE_BYTES_MAX (UINT64_C(17) << 30)

struct error *state_layout_check_version(const struct state_header *header, const char *name)
{
    if (header->version < 1 || header->version > STATE_VERSION)
        return error_create("cannot read the state: %s: it has version %" PRIu32
                            ", and memprof " MEMPROF_VERSION
                            " reads 1 to %d: read it with the memprof that wrote it",
                            name, header->version, STATE_VERSION);
    uint64_t unknown =
        header->version == 1 ? 0 : header->features_required & ~STATE_FEATURES_REQUIRED_KNOWN;
    if (unknown == 0)
        return NULL;
    char writer[STATE_WRITER_BYTES + 1] = {0};
    memcpy(writer, header->writer, STATE_WRITER_BYTES);
    return error_create("cannot read the state: %s: memprof %s wrote it with features (%#" PRIx64
                        ") that memprof " MEMPROF_VERSION
                        " does not know: read it with the memprof that wrote it",
                        name, writer[0] ? writer : "(unknown)", unknown);
}

bool state_layout_is_state(int fd)
{
    uint64_t magic;
    return pread(fd, &magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) && magic == STATE_MAGIC;
}

const char *state_layout_fault(const struct state_header *header)
{
    uint64_t table_bytes = (uint64_t)header->chunk_count * sizeof(uint32_t);
    uint32_t header_bytes = header->version == 1 ? STATE_HEADER_BYTES_V1 : sizeof(*header);
    if (header->header_bytes < header_bytes || header->chunk_table_offset < header->header_bytes ||
        header->chunk_count > STATE_CHUNKS_MAX || header->chunk_bytes < 4096 ||
        (header->chunk_bytes & (header->chunk_bytes - 1)) != 0 ||
        header->chunk_bytes > CHUNK_BYTES_MAX || header->state_bytes > STATE_BYTES_MAX ||
        header->chunk_table_offset % 8 != 0 || header->chunks_offset % 16 != 0 ||
        header->chunk_table_offset > header->state_bytes ||
        header->chunks_offset > header->state_bytes ||
        header->chunks_offset < header->chunk_table_offset + table_bytes ||
        (uint64_t)header->chunk_count * header->chunk_bytes >
            header->state_bytes - header->chunks_offset)
        return "its header contradicts itself";
    return NULL;
}

/* What a header of version 1 does not have: whatever lies there is not ours. */
static void copy_later(struct state_info *info, const struct state_header *header)
{
    bool is_there = header->version > 1;
    uint64_t features = is_there ? header->features_optional : 0;
    info->start_monotonic_ns = is_there ? header->start_monotonic_ns : 0;
    info->has_totals = features & STATE_FEATURE_TOTALS;
    info->has_peak = features & STATE_FEATURE_PEAK;
    info->has_timeline = features & STATE_FEATURE_TIMELINE;
    bool has_lifetimes = features & STATE_FEATURE_LIFETIMES;
    info->lifetimes = has_lifetimes ? header->lifetimes : 0;
    info->lifetimes_window = has_lifetimes ? header->lifetimes_window : 0;
    memset(info->writer, 0, sizeof(info->writer));
    if (is_there)
        memcpy(info->writer, header->writer, STATE_WRITER_BYTES);
}

void state_layout_copy_header(struct state_info *info, const struct state_header *header)
{
    info->version = header->version;
    info->state_bytes = header->state_bytes;
    info->chunk_bytes = header->chunk_bytes;
    info->chunk_count = header->chunk_count;
    info->chunks_used = header->chunks_used;
    info->pid = header->pid;
    info->ppid = header->ppid;
    info->uid = header->uid;
    info->pid_namespace = header->pid_namespace;
    info->start_ns = header->start_ns;
    info->run_id = header->run_id;
    info->flags = header->flags;
    info->is_first = header->flags & STATE_FLAG_FIRST;
    info->is_forked = header->flags & STATE_FLAG_FORKED;
    info->is_child = header->flags & STATE_FLAG_CHILD;
    info->is_pinned = header->flags & STATE_FLAG_PINNED;
    info->wants_peak = header->flags & STATE_FLAG_PEAK;
    info->interval_bytes = header->interval_bytes;
    info->seed = header->seed;
    info->depth = header->depth;
    info->unwinder = state_unwinder_name(header->unwinder);
    info->stderr_device = header->stderr_device;
    info->stderr_inode = header->stderr_inode;
    info->stderr_open = header->stderr_open != 0;
    info->is_verbose = header->verbose != 0;
    info->is_exiting = header->phase == STATE_PHASE_EXITING;
    info->sites_used = header->sites_used;
    info->modules_used = header->modules_used;
    info->shards_used = header->shards_used;
    info->unload_epoch = header->unload_epoch;
    info->threads = header->threads;
    for (unsigned i = 0; i < STATE_LOST_COUNT; i++)
        info->losses[i] = header->lost[i];
    info->diff_stacks = header->diff_stacks;
    info->diff_different = header->diff_different;
    copy_later(info, header);
}

const struct state_info *state_reader_info(const struct state_reader *reader)
{
    return &reader->info;
}
