/* SPDX-License-Identifier: Apache-2.0
 *
 * Members one after the other are one text, as gzip has it.
 */
#include "collector/profile/gunzip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define FREE_BYTES ((size_t)128 << 20) /* that any file may unpack to */
#define RATIO      64                  /* a larger one, to so many times its size */

struct buffer {
    unsigned char *bytes;
    size_t count, capacity, most;
};

bool gunzip_is_packed(const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;
    return count >= 2 && byte[0] == 0x1f && byte[1] == 0x8b;
}

/* Why there is no more room; NULL: there is. */
static const char *make_room(struct buffer *buffer)
{
    if (buffer->count < buffer->capacity)
        return NULL;
    if (buffer->capacity >= buffer->most)
        return "it unpacks to far more than it is large";
    size_t larger = buffer->capacity ? buffer->capacity * 2 : 65536;
    unsigned char *moved = realloc(buffer->bytes, larger);
    if (!moved)
        return "out of memory";
    buffer->bytes = moved;
    buffer->capacity = larger;
    return NULL;
}

/* One member; the stream's input is left behind it. */
static const char *unpack_member(z_stream *stream, struct buffer *buffer)
{
    for (;;) {
        const char *fault = make_room(buffer);
        if (fault)
            return fault;
        stream->next_out = buffer->bytes + buffer->count;
        stream->avail_out = (uInt)(buffer->capacity - buffer->count);
        int status = inflate(stream, Z_NO_FLUSH);
        buffer->count = buffer->capacity - stream->avail_out;
        if (status == Z_STREAM_END)
            return NULL;
        if (status == Z_MEM_ERROR)
            return "out of memory";
        if (status == Z_BUF_ERROR ||
            (status == Z_OK && stream->avail_in == 0 && stream->avail_out > 0))
            return "it is truncated";
        if (status != Z_OK)
            return "its compression is damaged";
    }
}

struct error *gunzip(const void *bytes, size_t count, const char *name, unsigned char **out,
                     size_t *out_count)
{
    struct buffer buffer = {.most = count < GUNZIP_BYTES_MAX / RATIO ? count * RATIO
                                                                     : GUNZIP_BYTES_MAX};
    if (buffer.most < FREE_BYTES)
        buffer.most = FREE_BYTES;
    z_stream stream;
    memset(&stream, 0, sizeof(stream));
    const char *fault = count > GUNZIP_BYTES_MAX ? "it is larger than a gigabyte" : NULL;
    if (!fault && inflateInit2(&stream, 15 + 16) != Z_OK)
        fault = "out of memory";
    if (fault)
        return error_create("cannot read the profile: %s: %s", name, fault);
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)count;
    do {
        fault = unpack_member(&stream, &buffer);
    } while (!fault && stream.avail_in > 0 && inflateReset(&stream) == Z_OK);
    inflateEnd(&stream);
    if (fault) {
        free(buffer.bytes);
        return error_create("cannot read the profile: %s: %s", name, fault);
    }
    *out = buffer.bytes;
    *out_count = buffer.count;
    return NULL;
}
