/* SPDX-License-Identifier: Apache-2.0
 *
 * With --ops-from the program writes into pipes, on a terminal too, so that it does the same
 * everywhere; what comes is passed on at once and looked at line by line.
 */
#include "tools/stat/output.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_BYTES_MAX 65536 /* a longer line is looked at in pieces */
#define READ_BYTES     65536

static struct error *open_copy(int of, int *fd)
{
    *fd = fcntl(of, F_DUPFD_CLOEXEC, 3);
    if (*fd >= 0)
        return NULL;
    *fd = 0;
    return error_create_errno(errno, "descriptor %d", of);
}

/* A file can be read again from where we got it.  Of anything else the first run would read all
 * and the others nothing, so all read nothing. */
static struct error *find_input(struct stat_output *output)
{
    struct stat status;
    output->input_start = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode) && output->input_start >= 0)
        return NULL;
    output->input_fd = output->null_fd;
    return NULL;
}

struct error *stat_output_init(struct stat_output *output, const struct stat_options *options)
{
    *output = (struct stat_output){.options = options, .operations = NAN};
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd < 0)
        return error_create_errno(errno, "/dev/null");
    struct error *error = open_copy(null_fd, &output->null_fd);
    close(null_fd);
    if (!error && options->is_json)
        error = open_copy(STDERR_FILENO, &output->stderr_fd);
    return error ? error : find_input(output);
}

static void close_stream(struct stat_stream *stream)
{
    if (stream->read_fd)
        close(stream->read_fd);
    if (stream->write_fd)
        close(stream->write_fd);
    free(stream->line);
    *stream = (struct stat_stream){.read_fd = 0};
}

void stat_output_deinit(struct stat_output *output)
{
    for (size_t i = 0; i < STAT_OUTPUT_STREAMS; i++)
        close_stream(&output->streams[i]);
    if (output->null_fd)
        close(output->null_fd);
    if (output->stderr_fd)
        close(output->stderr_fd);
    error_destroy(output->error);
    *output = (struct stat_output){.options = NULL};
}

/* --- what it says --- */

/* "1,234,567" and "1_000" as people print numbers; a sign, a point and an exponent may be there. */
static bool read_number(const char *text, size_t length, double *number)
{
    char digits[64], *end;
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        if (strchr(",_'", text[i]))
            continue;
        if (count == sizeof digits - 1)
            return false;
        digits[count++] = text[i];
    }
    digits[count] = '\0';
    *number = strtod(digits, &end);
    return count > 0 && !*end && isfinite(*number) && *number > 0;
}

static void look_at_line(struct stat_output *output, const char *line)
{
    const char *captured;
    size_t length;
    if (!pattern_capture(output->options->operations_from, line, &captured, &length))
        return;
    error_destroy(output->error);
    output->error = NULL;
    if (!read_number(captured, length, &output->operations))
        output->error = error_create("--ops-from: '%.*s' is not a number above 0; try an "
                                     "expression with a group, as '([0-9]+) requests'",
                                     length < 80 ? (int)length : 80, captured);
}

static void take_line(struct stat_output *output, struct stat_stream *stream)
{
    stream->line[stream->length] = '\0';
    stream->length = 0;
    look_at_line(output, stream->line);
}

static void take_bytes(struct stat_output *output, struct stat_stream *stream, const char *bytes,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '\n' || bytes[i] == '\r')
            take_line(output, stream);
        else if (bytes[i] != '\0')
            stream->line[stream->length++] = bytes[i];
        if (stream->length == LINE_BYTES_MAX)
            take_line(output, stream);
    }
}

/* Passes output on.  Where nobody reads it any more, we go on reading the program's output all the
 * same. */
static void show(struct stat_stream *stream, const char *bytes, size_t count)
{
    while (count > 0 && stream->shown_fd >= 0) {
        ssize_t wrote = write(stream->shown_fd, bytes, count);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            stream->shown_fd = -1;
        else
            bytes += wrote, count -= (size_t)wrote;
    }
}

static bool hear(void *context, int fd)
{
    struct stat_output *output = context;
    struct stat_stream *stream = &output->streams[fd == output->streams[0].read_fd ? 0 : 1];
    char bytes[READ_BYTES];
    ssize_t got;
    while ((got = read(fd, bytes, sizeof bytes)) < 0 && errno == EINTR)
        ;
    if (got <= 0)
        return false;
    show(stream, bytes, (size_t)got);
    take_bytes(output, stream, bytes, (size_t)got);
    return true;
}

/* --- a run --- */

static struct error *open_stream(struct stat_output *output, struct launch *launch, int index,
                                 int shown_fd)
{
    struct stat_stream *stream = &output->streams[index];
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_create_errno(errno, "pipe");
    *stream = (struct stat_stream){.shown_fd = shown_fd, .line = malloc(LINE_BYTES_MAX + 1)};
    struct error *error = open_copy(ends[0], &stream->read_fd);
    if (!error)
        error = open_copy(ends[1], &stream->write_fd);
    close(ends[0]);
    close(ends[1]);
    if (!error && !stream->line)
        error = error_no_memory();
    launch->standard[1 + index] = stream->write_fd;
    launch->heard[index] = stream->read_fd;
    return error;
}

struct error *stat_output_begin(struct stat_output *output, struct launch *launch)
{
    const struct stat_options *options = output->options;
    struct error *error = NULL;
    output->operations = NAN;
    launch->standard[0] = output->input_fd;
    if (!output->input_fd && lseek(STDIN_FILENO, output->input_start, SEEK_SET) < 0)
        return error_create_errno(errno, "standard input");
    if (options->operations_from) {
        int shown = options->is_output_discarded ? -1
                    : options->is_json           ? STDERR_FILENO
                                                 : STDOUT_FILENO;
        launch->hear = hear;
        launch->hearer = output;
        error = open_stream(output, launch, 0, shown);
        if (!error)
            error = open_stream(output, launch, 1, STDERR_FILENO);
    } else if (options->is_output_discarded) {
        launch->standard[1] = output->null_fd;
    } else if (options->is_json) {
        launch->standard[1] = output->stderr_fd;
    }
    return error;
}

/* What the pipes still hold.  A process that the program left behind may keep them open, so their
 * end is not waited for. */
static void drain(struct stat_output *output, struct stat_stream *stream)
{
    close(stream->write_fd);
    stream->write_fd = 0;
    if (fcntl(stream->read_fd, F_SETFL, O_NONBLOCK) == 0)
        while (hear(output, stream->read_fd))
            ;
    if (stream->length > 0)
        take_line(output, stream);
}

struct error *stat_output_end(struct stat_output *output, double *operations)
{
    const struct stat_options *options = output->options;
    *operations = options->operations;
    if (!options->operations_from)
        return NULL;
    for (size_t i = 0; i < STAT_OUTPUT_STREAMS; i++) {
        if (output->streams[i].read_fd)
            drain(output, &output->streams[i]);
        close_stream(&output->streams[i]);
    }
    struct error *error = output->error;
    output->error = NULL;
    *operations = output->operations;
    if (!error && isnan(*operations))
        error = error_create("--ops-from: nothing that the program printed matches '%s'",
                             options->operations_regex);
    return error;
}
