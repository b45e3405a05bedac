/* SPDX-License-Identifier: Apache-2.0
 *
 * What the process that reads symbols tells the one that collects: records over
 * a socket, on which descriptors of files come back.  The collector's end trusts
 * nothing, as the other may have crashed, or obey a file that it read.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_PIPE_H
#define MEMPROF_COLLECTOR_SYMBOLS_PIPE_H

#include "collector/symbols/files.h"
#include "collector/symbols/image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYMBOL_PIPE_LINES_MAX 256u
#define SYMBOL_PIPE_TEXT_MAX  (1u << 20)

enum symbol_record {
    SYMBOL_MODULE = 'M',   /* work on a module begins: module */
    SYMBOL_FUNCTION = 'F', /* the next function, numbered from 1: name, symbol, file, start_line */
    SYMBOL_LOCATION = 'L', /* its lines, innermost first: number, line_count, lines */
    SYMBOL_CALL = 'J',     /* its call: number, entry, target, flags */
    SYMBOL_CHAIN = 'T',    /* a chain from its call: number, entry, symbol, line_count, lines */
    SYMBOL_PROGRESS = 'P', /* done */
    SYMBOL_OPEN = 'O',     /* asks for a file: request; an answer is waited for */
    SYMBOL_PACKED = 'Z',   /* debug information that libelf cannot unpack: number, of the module */
    SYMBOL_UNCONFINED = 'C', /* what could not be taken from it: number, CONFINE_* */
    SYMBOL_END = 'E',        /* the job is done */
};

struct symbol_line {
    uint32_t function; /* from 1 */
    uint32_t line;
};

/* Flags of a call. */
#define SYMBOL_CALL_GLOBAL   1u
#define SYMBOL_CALL_SEARCHED 2u

struct symbol_message {
    enum symbol_record kind;
    uint32_t number; /* module, done, or a location by its place in symbol_work.order */
    uint32_t start_line;
    uint64_t entry, target;
    uint32_t flags;
    char *name, *symbol, *file; /* in the reader's memory until the next message */
    uint32_t line_count;
    struct symbol_line lines[SYMBOL_PIPE_LINES_MAX];
    struct symbol_request request; /* its bytes are in the reader's memory, too */
};

struct symbol_writer {
    int fd;
    size_t fill;
    unsigned char buffer[16384];
};
/* A failed write ends the process: nobody listens. */
void symbol_write_number(struct symbol_writer *writer, enum symbol_record kind, uint32_t number);
void symbol_write_function(struct symbol_writer *writer, const char *name, const char *symbol,
                           const char *file, uint32_t start_line);
void symbol_write_location(struct symbol_writer *writer, uint32_t number,
                           const struct symbol_line *lines, uint32_t count);
void symbol_write_call(struct symbol_writer *writer, uint32_t number, uint64_t entry,
                       uint64_t target, uint32_t flags);
void symbol_write_chain(struct symbol_writer *writer, uint32_t number, uint64_t entry,
                        const char *symbol, const struct symbol_line *lines, uint32_t count);
void symbol_flush(struct symbol_writer *writer);
/* Asks for a file and waits.  SYMBOL_ANSWER_FILE: *file is to be opened; *extra_ms is
 * added to. */
enum symbol_answer_kind symbol_ask(struct symbol_writer *writer,
                                   const struct symbol_request *request, struct image_file *file,
                                   int64_t *extra_ms);
/* The collector's answer; fd is -1 when there is no file.  False: nobody listens. */
bool symbol_reply(int socket, const struct symbol_answer *answer, int fd);

struct symbol_reader {
    int fd;
    int64_t deadline_ms; /* CLOCK_MONOTONIC; 0: none */
    int64_t silence_ms;  /* the longest between two messages; 0: any */
    size_t fill, at;
    unsigned char buffer[65536];
    char bytes[SYMBOL_FILE_BYTES_MAX + 1]; /* of a request */
    char *text[3];
    size_t text_bytes[3];
};
/* False: the other end is gone, silent for too long, or talks nonsense. */
bool symbol_read(struct symbol_reader *reader, struct symbol_message *message);
void symbol_reader_deinit(struct symbol_reader *reader);

#endif
