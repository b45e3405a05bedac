/* SPDX-License-Identifier: Apache-2.0
 *
 * Groups (wire types 3 and 4) are not in use any more and not understood.
 */
#include "collector/profile/wire.h"

bool wire_varint(const unsigned char **at, const unsigned char *end, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        unsigned char byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

bool wire_field(const unsigned char **at, const unsigned char *end, struct wire_field *field)
{
    uint64_t key;
    if (!wire_varint(at, end, &key))
        return false;
    *field = (struct wire_field){.number = key >> 3, .wire = (unsigned)(key & 7)};
    switch (field->wire) {
    case 0:
        return wire_varint(at, end, &field->value);
    case 1:
        field->count = 8;
        break;
    case 2:
        if (!wire_varint(at, end, &field->value))
            return false;
        field->count = field->value;
        break;
    case 5:
        field->count = 4;
        break;
    default:
        return false;
    }
    if (field->count > (size_t)(end - *at))
        return false;
    field->bytes = *at;
    *at += field->count;
    return true;
}
