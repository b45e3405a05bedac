/* SPDX-License-Identifier: Apache-2.0
 *
 * Which states of other versions of memprof can be read.
 */
#include "collector/state/layout.h"

#include <inttypes.h>
#include <string.h>

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
