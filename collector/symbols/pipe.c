/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers are 32 bits in native order, texts a length and bytes.
 */
#include "collector/symbols/pipe.h"
#include "collector/base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* --- writing --- */

void symbol_flush(struct symbol_writer *writer)
{
    for (size_t done = 0; done < writer->fill;) {
        ssize_t wrote = write(writer->fd, writer->buffer + done, writer->fill - done);
        if (wrote > 0)
            done += (size_t)wrote;
        else if (wrote == 0 || errno != EINTR)
            _exit(1);
    }
    writer->fill = 0;
}

static void put(struct symbol_writer *writer, const void *bytes, size_t count)
{
    while (count > 0) {
        if (writer->fill == sizeof(writer->buffer))
            symbol_flush(writer);
        size_t room = sizeof(writer->buffer) - writer->fill;
        size_t step = count < room ? count : room;
        memcpy(writer->buffer + writer->fill, bytes, step);
        writer->fill += step;
        bytes = (const char *)bytes + step;
        count -= step;
    }
}

static void put_number(struct symbol_writer *writer, uint32_t number)
{
    put(writer, &number, sizeof(number));
}

static void put_text(struct symbol_writer *writer, const char *text)
{
    size_t length = strlen(text);
    if (length > SYMBOL_PIPE_TEXT_MAX)
        length = SYMBOL_PIPE_TEXT_MAX;
    put_number(writer, (uint32_t)length);
    put(writer, text, length);
}

void symbol_write_number(struct symbol_writer *writer, enum symbol_record kind, uint32_t number)
{
    put_number(writer, kind);
    put_number(writer, number);
}

void symbol_write_function(struct symbol_writer *writer, const char *name, const char *symbol,
                           const char *file, uint32_t start_line)
{
    symbol_write_number(writer, SYMBOL_FUNCTION, start_line);
    put_text(writer, name);
    put_text(writer, symbol);
    put_text(writer, file);
}

void symbol_write_location(struct symbol_writer *writer, uint32_t number,
                           const struct symbol_line *lines, uint32_t count)
{
    symbol_write_number(writer, SYMBOL_LOCATION, number);
    put_number(writer, count);
    put(writer, lines, count * sizeof(*lines));
}

void symbol_write_call(struct symbol_writer *writer, uint32_t location, uint64_t entry,
                       uint64_t target, uint32_t flags)
{
    symbol_write_number(writer, SYMBOL_CALL, location);
    put(writer, &entry, sizeof(entry));
    put(writer, &target, sizeof(target));
    put_number(writer, flags);
}

void symbol_write_chain(struct symbol_writer *writer, uint32_t location, uint64_t entry,
                        const char *symbol, const struct symbol_line *lines, uint32_t count)
{
    symbol_write_number(writer, SYMBOL_CHAIN, location);
    put(writer, &entry, sizeof(entry));
    put_text(writer, symbol);
    put_number(writer, count);
    put(writer, lines, count * sizeof(*lines));
}

/* --- files --- */

/* A message with room for one descriptor. */
struct letter {
    struct msghdr header;
    struct iovec part;
    union {
        struct cmsghdr aligned;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
};

static void letter_init(struct letter *letter, void *bytes, size_t count)
{
    memset(letter, 0, sizeof(*letter));
    letter->part = (struct iovec){bytes, count};
    letter->header = (struct msghdr){.msg_iov = &letter->part,
                                     .msg_iovlen = 1,
                                     .msg_control = letter->control.bytes,
                                     .msg_controllen = sizeof(letter->control.bytes)};
}

static int take_descriptor(struct letter *letter)
{
    int fd = -1;
    struct cmsghdr *control = CMSG_FIRSTHDR(&letter->header);
    if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS)
        memcpy(&fd, CMSG_DATA(control), sizeof(fd));
    return fd;
}

enum symbol_answer_kind symbol_ask(struct symbol_writer *writer,
                                   const struct symbol_request *request, struct image_file *file,
                                   int64_t *extra_ms)
{
    struct symbol_answer answer;
    struct letter letter;
    ssize_t got;
    symbol_write_number(writer, SYMBOL_OPEN, request->file);
    put_number(writer, request->candidate);
    put_number(writer, request->module);
    put_number(writer, request->length);
    put(writer, request->bytes, request->length);
    symbol_flush(writer);
    do {
        letter_init(&letter, &answer, sizeof(answer));
        got = recvmsg(writer->fd, &letter.header, MSG_WAITALL | MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got != sizeof(answer))
        _exit(1);
    *file = (struct image_file){take_descriptor(&letter), answer.device, answer.inode, answer.bytes,
                                answer.mtime_ns};
    *extra_ms += answer.extra_ms;
    if (answer.kind == SYMBOL_ANSWER_FILE && file->fd < 0)
        return SYMBOL_ANSWER_MISSING; /* we have no room for it */
    return answer.kind;
}

bool symbol_reply(int socket, const struct symbol_answer *answer, int fd)
{
    struct symbol_answer copy = *answer;
    struct letter letter;
    ssize_t sent;
    letter_init(&letter, &copy, sizeof(copy));
    if (fd < 0) {
        letter.header.msg_control = NULL;
        letter.header.msg_controllen = 0;
    } else {
        struct cmsghdr *control = CMSG_FIRSTHDR(&letter.header);
        *control = (struct cmsghdr){
            .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(control), &fd, sizeof(fd));
    }
    do
        sent = sendmsg(socket, &letter.header, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == sizeof(copy);
}

/* --- reading --- */

/* Waits for the pipe; false: for too long. */
static bool wait_for(const struct symbol_reader *reader)
{
    int64_t until = reader->silence_ms ? clock_now_ms() + reader->silence_ms : INT64_MAX;
    if (reader->deadline_ms && reader->deadline_ms < until)
        until = reader->deadline_ms;
    while (until != INT64_MAX) {
        int64_t left = until - clock_now_ms();
        struct pollfd pipe = {.fd = reader->fd, .events = POLLIN};
        if (left <= 0)
            return false;
        int ready = poll(&pipe, 1, left < INT32_MAX ? (int)left : INT32_MAX);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
    return true;
}

static bool take(struct symbol_reader *reader, void *bytes, size_t count)
{
    while (count > 0) {
        if (reader->at == reader->fill) {
            ssize_t got =
                wait_for(reader) ? read(reader->fd, reader->buffer, sizeof(reader->buffer)) : 0;
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                return false;
            reader->at = 0;
            reader->fill = (size_t)got;
        }
        size_t left = reader->fill - reader->at;
        size_t step = count < left ? count : left;
        memcpy(bytes, reader->buffer + reader->at, step);
        reader->at += step;
        bytes = (char *)bytes + step;
        count -= step;
    }
    return true;
}

static bool take_text(struct symbol_reader *reader, unsigned slot, char **text)
{
    uint32_t length;
    if (!take(reader, &length, sizeof(length)) || length > SYMBOL_PIPE_TEXT_MAX)
        return false;
    if (length + 1 > reader->text_bytes[slot]) {
        char *moved = realloc(reader->text[slot], (size_t)length * 2 + 256);
        if (!moved)
            return false;
        reader->text[slot] = moved;
        reader->text_bytes[slot] = (size_t)length * 2 + 256;
    }
    *text = reader->text[slot];
    (*text)[length] = '\0';
    return take(reader, *text, length);
}

static bool take_request(struct symbol_reader *reader, struct symbol_message *message)
{
    struct symbol_request *request = &message->request;
    uint32_t numbers[3];
    if (!take(reader, numbers, sizeof(numbers)) || numbers[2] > SYMBOL_FILE_BYTES_MAX)
        return false;
    *request =
        (struct symbol_request){message->number, numbers[0], numbers[1], reader->bytes, numbers[2]};
    reader->bytes[numbers[2]] = '\0';
    return take(reader, reader->bytes, numbers[2]);
}

static bool take_lines(struct symbol_reader *reader, struct symbol_message *message)
{
    return take(reader, &message->line_count, sizeof(message->line_count)) &&
           message->line_count <= SYMBOL_PIPE_LINES_MAX &&
           take(reader, message->lines, message->line_count * sizeof(message->lines[0]));
}

bool symbol_read(struct symbol_reader *reader, struct symbol_message *message)
{
    uint32_t kind;
    if (!take(reader, &kind, sizeof(kind)) ||
        !take(reader, &message->number, sizeof(message->number)))
        return false;
    message->kind = kind;
    switch (kind) {
    case SYMBOL_MODULE:
    case SYMBOL_PROGRESS:
    case SYMBOL_PACKED:
    case SYMBOL_UNCONFINED:
    case SYMBOL_END:
        return true;
    case SYMBOL_OPEN:
        return take_request(reader, message);
    case SYMBOL_FUNCTION:
        message->start_line = message->number;
        return take_text(reader, 0, &message->name) && take_text(reader, 1, &message->symbol) &&
               take_text(reader, 2, &message->file);
    case SYMBOL_LOCATION:
        return take_lines(reader, message);
    case SYMBOL_CALL:
        return take(reader, &message->entry, sizeof(message->entry)) &&
               take(reader, &message->target, sizeof(message->target)) &&
               take(reader, &message->flags, sizeof(message->flags));
    case SYMBOL_CHAIN:
        return take(reader, &message->entry, sizeof(message->entry)) &&
               take_text(reader, 0, &message->symbol) && take_lines(reader, message);
    default:
        return false;
    }
}

void symbol_reader_deinit(struct symbol_reader *reader)
{
    for (unsigned i = 0; i < 3; i++)
        free(reader->text[i]);
}
