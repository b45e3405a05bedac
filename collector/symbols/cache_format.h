/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of the symbol cache: a head (version, build id, evidence) and chunks; each chunk
 * stands for itself.  Numbers are in native order; a text is a length, its bytes and a NUL.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_CACHE_FORMAT_H
#define MEMPROF_COLLECTOR_SYMBOLS_CACHE_FORMAT_H

#include "collector/symbols/cache_dir.h"
#include "collector/symbols/calls.h"
#include "collector/symbols/files.h"

#include <stddef.h>

#define SYMBOL_CACHE_CHUNK      UINT32_C(0x6b6e6863) /* "chnk": magic, bytes, their sum, bytes */
#define SYMBOL_CACHE_NAME_BYTES (2 * MODULE_BUILD_ID_MAX + 4 * 17 + sizeof(SYMBOL_CACHE_SUFFIX))

/* A question of the worker's, and what was found. */
struct symbol_evidence {
    uint32_t module, file, candidate, kind;
    uint64_t device, inode, bytes;
    int64_t mtime_ns;
    uint32_t length;
    char *text; /* the request's bytes */
};

/* Grows; once there was no memory it stays as it is. */
struct buffer {
    uint8_t *bytes; /* the caller frees them */
    size_t count, capacity;
    bool has_failed;
};
void buffer_put(struct buffer *buffer, const void *bytes, size_t count);
void buffer_put_u32(struct buffer *buffer, uint32_t number);
void buffer_put_u64(struct buffer *buffer, uint64_t number);
void buffer_put_text(struct buffer *buffer, const char *text, size_t length);

/* Past the end everything is zero or "", and is_bad is set. */
struct cursor {
    const uint8_t *at, *end;
    bool is_bad;
};
const void *cursor_take(struct cursor *cursor, size_t count); /* NULL where that is much */
uint32_t cursor_take_u32(struct cursor *cursor);
uint64_t cursor_take_u64(struct cursor *cursor);
const char *cursor_take_text(struct cursor *cursor, uint32_t *length);

/* zlib's crc32 of a chunk's bytes. */
uint32_t symbol_cache_sum(const uint8_t *bytes, size_t count);

/* The name of a module's file. */
void symbol_cache_name(const struct module *module, char name[static SYMBOL_CACHE_NAME_BYTES]);
/* What was found of module `index` is part of it. */
void symbol_cache_put_head(struct buffer *buffer, const struct symbol_evidence *evidence,
                           uint32_t evidence_count, const struct module *module, uint32_t index);
/* The functions of the locations order[0 .. count), numbered as they are first met, then the
 * locations with their calls. */
void symbol_cache_put_chunk(struct buffer *buffer, const struct symbol_calls *calls, uint64_t bias,
                            const uint32_t *order, uint32_t count);
/* True: the chunks that follow count; the questions of the head were asked again. */
bool symbol_cache_check_head(struct cursor *cursor, struct symbol_files *files, uint32_t index);

#endif
