/* SPDX-License-Identifier: Apache-2.0
 *
 * One message of a protocol buffer at a time, by protobuf-c.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_UNPACK_H
#define MEMPROF_COLLECTOR_PROFILE_UNPACK_H

#include "collector/profile/wire.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

/* The message in a field; NULL: it is none, or *no_memory is set.  unpack_drop() it. */
void *unpack_message(const struct wire_field *field, const ProtobufCMessageDescriptor *descriptor,
                     bool *no_memory);
void unpack_drop(void *message);

/* A line's number as a profile in memory keeps it. */
static inline int32_t unpack_line(int64_t line)
{
    return line < 0 ? 0 : line > INT32_MAX ? INT32_MAX : (int32_t)line;
}

#endif
