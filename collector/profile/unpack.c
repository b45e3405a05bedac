/* SPDX-License-Identifier: Apache-2.0
 *
 * An allocator of our own tells damage from a lack of memory.
 */
#include "collector/profile/unpack.h"

#include <stdlib.h>

static void *allocate(void *data, size_t bytes)
{
    void *block = malloc(bytes);
    if (!block)
        *(bool *)data = true;
    return block;
}

static void release(void *data, void *block)
{
    (void)data;
    free(block);
}

void *unpack_message(const struct wire_field *field, const ProtobufCMessageDescriptor *descriptor,
                     bool *no_memory)
{
    ProtobufCAllocator allocator = {allocate, release, no_memory};
    return field->wire == 2
               ? protobuf_c_message_unpack(descriptor, &allocator, field->count, field->bytes)
               : NULL;
}

void unpack_drop(void *message)
{
    ProtobufCAllocator allocator = {allocate, release, NULL};
    protobuf_c_message_free_unpacked(message, &allocator);
}
