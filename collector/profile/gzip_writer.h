/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes bytes to a descriptor, as one gzip member.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_GZIP_WRITER_H
#define MEMPROF_COLLECTOR_PROFILE_GZIP_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

struct gzip_writer {
    z_stream stream;
    gz_header header;
    int fd;
    int error;   /* errno of what failed first; 0 */
    size_t fill; /* bytes of `in` that wait to be deflated */
    unsigned char in[16384], out[65536];
};

/* False: no memory. */
bool gzip_writer_init(struct gzip_writer *writer, int fd, int level);
/* After a failure nothing more is written; see `error`. */
void gzip_writer_add(struct gzip_writer *writer, const void *bytes, size_t count);
/* Writes what is left.  True: everything was written. */
bool gzip_writer_finish(struct gzip_writer *writer);
void gzip_writer_deinit(struct gzip_writer *writer);

/* Whether a file that begins with these bytes was written by memprof: the comment in the gzip
 * header says so. */
#define GZIP_WRITER_HEAD_BYTES 18
bool gzip_writer_wrote(const unsigned char head[GZIP_WRITER_HEAD_BYTES]);

#endif
