/* SPDX-License-Identifier: Apache-2.0
 *
 * zlib in, write(2) out; short writes and EINTR go on.  A profile is written in fields of a few
 * bytes.  They are gathered first: a call of deflate() costs more than it does for so few.
 */
#include "collector/profile/gzip_writer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define COMMENT     "memprof"
#define HAS_COMMENT 0x10
#define FIXED_BYTES 10 /* of the header, before the comment */
#define OS_UNIX     3
_Static_assert(FIXED_BYTES + sizeof(COMMENT) == GZIP_WRITER_HEAD_BYTES, "gzip header");

bool gzip_writer_init(struct gzip_writer *writer, int fd, int level)
{
    memset(&writer->stream, 0, sizeof(writer->stream));
    writer->fd = fd;
    writer->error = 0;
    writer->fill = 0;
    /* 15 + 16: the largest window, a gzip header; its time stays 0, so that equal
     * profiles are equal files. */
    if (deflateInit2(&writer->stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    writer->header = (gz_header){.os = OS_UNIX, .comment = (Bytef *)(uintptr_t)COMMENT};
    return deflateSetHeader(&writer->stream, &writer->header) == Z_OK;
}

bool gzip_writer_wrote(const unsigned char head[GZIP_WRITER_HEAD_BYTES])
{
    static const unsigned char start[] = {0x1f, 0x8b, Z_DEFLATED, HAS_COMMENT};
    return memcmp(head, start, sizeof(start)) == 0 &&
           memcmp(head + FIXED_BYTES, COMMENT, sizeof(COMMENT)) == 0;
}

static void write_out(struct gzip_writer *writer, size_t count)
{
    for (size_t done = 0; done < count && !writer->error;) {
        ssize_t wrote = write(writer->fd, writer->out + done, count - done);
        if (wrote > 0)
            done += (size_t)wrote;
        else if (wrote == 0)
            writer->error = ENOSPC;
        else if (errno != EINTR)
            writer->error = errno;
    }
}

/* Deflates what is in the stream's input. */
static void pump(struct gzip_writer *writer, int flush)
{
    z_stream *stream = &writer->stream;
    do {
        stream->next_out = writer->out;
        stream->avail_out = sizeof(writer->out);
        if (deflate(stream, flush) == Z_STREAM_ERROR) {
            writer->error = EIO;
            return;
        }
        write_out(writer, sizeof(writer->out) - stream->avail_out);
    } while (stream->avail_out == 0 && !writer->error);
}

/* What was gathered. */
static void deflate_in(struct gzip_writer *writer, int flush)
{
    writer->stream.next_in = writer->in;
    writer->stream.avail_in = (uInt)writer->fill;
    writer->fill = 0;
    if (!writer->error)
        pump(writer, flush);
}

void gzip_writer_add(struct gzip_writer *writer, const void *bytes, size_t count)
{
    while (count > 0 && !writer->error) {
        size_t room = sizeof(writer->in) - writer->fill, step = count < room ? count : room;
        memcpy(writer->in + writer->fill, bytes, step);
        writer->fill += step;
        bytes = (const char *)bytes + step;
        count -= step;
        if (writer->fill == sizeof(writer->in))
            deflate_in(writer, Z_NO_FLUSH);
    }
}

bool gzip_writer_finish(struct gzip_writer *writer)
{
    deflate_in(writer, Z_FINISH);
    return writer->error == 0;
}

void gzip_writer_deinit(struct gzip_writer *writer)
{
    deflateEnd(&writer->stream);
}
