/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/base64.h"

#include <stdint.h>
#include <string.h>

static void put_three(struct base64 *base64, unsigned count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *in = base64->rest;
    uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
    char text[4];
    for (unsigned i = 0; i < 4; i++)
        text[i] = i > count ? '=' : digits[bits >> (18 - 6 * i) & 63];
    fwrite(text, 1, sizeof text, base64->out);
}

void base64_put(struct base64 *base64, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        base64->rest[base64->count++] = bytes[i];
        if (base64->count == 3) {
            put_three(base64, 3);
            base64->count = 0;
        }
    }
}

void base64_end(struct base64 *base64)
{
    unsigned count = base64->count;
    if (count == 0)
        return;
    memset(base64->rest + count, 0, 3 - count);
    put_three(base64, count);
}
