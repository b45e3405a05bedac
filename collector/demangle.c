/* SPDX-License-Identifier: Apache-2.0
 *
 * Rust first: its older scheme looks like C++, but for the hash at the end.  Both
 * give the name in pieces, so that it can be stopped.
 */
#include "collector/demangle.h"

#include <libiberty/demangle.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define SYMBOL_BYTES_MAX 65536 /* longer is not for people to read */
/* A short symbol can stand for a name of any length: it may repeat its own parts. */
#define DEMANGLED_BYTES_MAX 65536u

bool demangle_may(const char *symbol)
{
    return strncmp(symbol, "_Z", 2) == 0 || strncmp(symbol, "_R", 2) == 0;
}

/* What the demangler has written so far. */
struct written {
    char *text;
    size_t length;
    jmp_buf over; /* where to go when it is too much: it holds no memory while it writes */
};

static void add(const char *text, size_t length, void *context)
{
    struct written *written = context;
    if (length > DEMANGLED_BYTES_MAX - written->length)
        longjmp(written->over, 1);
    memcpy(written->text + written->length, text, length);
    written->length += length;
}

char *demangle(const char *symbol)
{
    static struct written written; /* not on the stack: longjmp leaves it as it is */
    if (!demangle_may(symbol) || strnlen(symbol, SYMBOL_BYTES_MAX + 1) > SYMBOL_BYTES_MAX)
        return NULL;
    written.length = 0;
    written.text = malloc(DEMANGLED_BYTES_MAX + 1);
    bool is_done = false;
    if (written.text && setjmp(written.over) == 0) {
        is_done = rust_demangle_callback(symbol, DMGL_PARAMS | DMGL_ANSI, add, &written) != 0;
        if (!is_done) {
            written.length = 0;
            is_done =
                cplus_demangle_v3_callback(symbol, DMGL_PARAMS | DMGL_ANSI, add, &written) != 0;
        }
    } else {
        is_done = false;
    }
    char *name = is_done ? realloc(written.text, written.length + 1) : NULL;
    if (!name) {
        free(written.text);
        return NULL;
    }
    name[written.length] = '\0';
    return name;
}
