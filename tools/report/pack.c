/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/pack.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tools/base64.h"

void pack_bytes(struct pack *pack, const void *bytes, size_t count)
{
    if (count > pack->capacity - pack->count && !pack->has_failed) {
        size_t wanted = pack->capacity * 2 + count + 4096;
        unsigned char *moved = realloc(pack->bytes, wanted);
        pack->has_failed = !moved;
        if (moved) {
            pack->bytes = moved;
            pack->capacity = wanted;
        }
    }
    if (pack->has_failed || count == 0)
        return;
    memcpy(pack->bytes + pack->count, bytes, count);
    pack->count += count;
}

void pack_number(struct pack *pack, uint64_t number)
{
    unsigned char bytes[10];
    size_t count = 0;
    for (; number > 127; number >>= 7)
        bytes[count++] = (unsigned char)(number | 128);
    bytes[count++] = (unsigned char)number;
    pack_bytes(pack, bytes, count);
}

void pack_signed(struct pack *pack, int64_t number)
{
    pack_number(pack, (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0));
}

void pack_text(struct pack *pack, const char *text)
{
    pack_bytes(pack, text, strlen(text) + 1);
}

void pack_deinit(struct pack *pack)
{
    free(pack->bytes);
    *pack = (struct pack){.bytes = NULL};
}

bool pack_write(const struct pack *pack, FILE *out)
{
    unsigned char packed[1 << 15];
    struct base64 base64 = {.out = out};
    z_stream stream = {.next_in = pack->bytes};
    size_t left = pack->count;
    int state = Z_OK;
    if (pack->has_failed || deflateInit(&stream, Z_BEST_COMPRESSION) != Z_OK)
        return false;
    while (state == Z_OK) { /* zlib counts in 32 bits */
        if (stream.avail_in == 0) {
            stream.avail_in = left > (1u << 30) ? 1u << 30 : (unsigned)left;
            left -= stream.avail_in;
        }
        stream.next_out = packed;
        stream.avail_out = sizeof packed;
        state = deflate(&stream, left ? Z_NO_FLUSH : Z_FINISH);
        base64_put(&base64, packed, sizeof packed - stream.avail_out);
    }
    deflateEnd(&stream);
    base64_end(&base64);
    return state == Z_STREAM_END;
}
