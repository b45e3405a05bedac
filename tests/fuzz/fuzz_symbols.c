/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as what the process that reads symbols says: it may obey a file that it
 * read.  Requests for files are looked up in an empty directory.
 */
#include "collector/base/clean.h"
#include "collector/symbols/pipe.h"
#include "fuzz_seed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int source = -1;
static struct symbol_files files;

/* A module, a function, a location of one line, its call and a chain from it, requests, the end. */
static const char seed[] = "M\0\0\0\1\0\0\0"
                           "F\0\0\0\5\0\0\0\1\0\0\0f\1\0\0\0g\2\0\0\0/f"
                           "L\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\5\0\0\0"
                           "J\0\0\0\1\0\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\3\0\0\0"
                           "T\0\0\0\1\0\0\0\0\3\0\0\0\0\0\0\1\0\0\0f\1\0\0\0\1\0\0\0\5\0\0\0"
                           "O\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\4\0\0\0abcd"
                           "O\0\0\0\2\0\0\0\2\0\0\0\0\0\0\0\6\0\0\0f.link"
                           "P\0\0\0\1\0\0\0C\0\0\0\4\0\0\0E\0\0\0\0\0\0\0";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const struct module modules[] = {{.path = (char *)""}, {.path = (char *)"/none/f"}};
    static const struct debug_search search = {0};
    fuzz_seed(*argc, *argv, "example", seed, sizeof(seed) - 1);
    setenv("MEMPROF_DEBUG_DIR", "/none/a:/none/b", 1);
    symbol_files_init(&files, modules, 2, &search);
    source = memfd_create("fuzz", 0);
    return source >= 0 ? 0 : 1;
}

static void open_file(const struct symbol_request *request)
{
    struct symbol_answer answer;
    /* By path there is no end to what might be opened here. */
    if (request->file == SYMBOL_FILE_SPLIT || request->file == SYMBOL_FILE_SERVER)
        return;
    int fd = symbol_files_open(&files, request, &answer);
    if (fd >= 0)
        close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct symbol_message message;
    struct symbol_reader *reader = calloc(1, sizeof(*reader));
    if (!reader || ftruncate(source, 0) != 0 || pwrite(source, data, size, 0) != (ssize_t)size ||
        lseek(source, 0, SEEK_SET) != 0)
        abort();
    reader->fd = source;
    while (symbol_read(reader, &message)) {
        if (message.kind == SYMBOL_FUNCTION &&
            strlen(clean_text(message.name)) > SYMBOL_PIPE_TEXT_MAX)
            abort();
        if (message.kind == SYMBOL_OPEN)
            open_file(&message.request);
    }
    symbol_reader_deinit(reader);
    free(reader);
    return 0;
}
