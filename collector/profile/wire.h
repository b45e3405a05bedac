/* SPDX-License-Identifier: Apache-2.0
 *
 * The wire format of protobuf, as far as walking through a message needs it.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_WIRE_H
#define MEMPROF_COLLECTOR_PROFILE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A field of a message: a number (wire type 0), or bytes. */
struct wire_field {
    uint64_t number;
    unsigned wire;
    uint64_t value;
    const unsigned char *bytes;
    size_t count;
};

/* Each takes one from *at and moves it on; false: there is none before `end`. */
bool wire_varint(const unsigned char **at, const unsigned char *end, uint64_t *value);
bool wire_field(const unsigned char **at, const unsigned char *end, struct wire_field *field);

#endif
