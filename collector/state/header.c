/* SPDX-License-Identifier: Apache-2.0
 *
 * Which headers can be read: those of other versions of memprof, too.
 */
#include "collector/state/header.h"

#include "collector/base/error.h"
#include "collector/state/layout.h"

#include <inttypes.h>
#include <string.h>

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

const struct state_info *state_reader_info(const struct state_reader *reader)
{
    return &reader->info;
}
