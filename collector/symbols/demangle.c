/* SPDX-License-Identifier: Apache-2.0
 *
 * Rust first: its older scheme looks like C++, but for the hash at the end.  Both
 * give the name in pieces, so that it can be stopped.
 */
#include "collector/symbols/demangle.h"
#include "collector/symbols/demangle_d.h"

#include <ctype.h>
#include <libiberty/demangle.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define SYMBOL_BYTES_MAX 65536 /* longer is not for people to read */
/* What libiberty does without a limit of its own, which is 1024 bytes, and 8 MiB of stack. */
#define SYMBOL_BYTES_PLAIN 16384
#define STACK_BYTES        ((rlim_t)64 << 20)
/* A short symbol can stand for a name of any length: it may repeat its own parts. */
#define DEMANGLED_BYTES_MAX 65536u

static size_t symbol_bytes_max = SYMBOL_BYTES_PLAIN;

void demangle_prepare(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0)
        return;
    if (limit.rlim_cur < STACK_BYTES && limit.rlim_max >= STACK_BYTES) {
        limit.rlim_cur = STACK_BYTES;
        if (setrlimit(RLIMIT_STACK, &limit) != 0)
            return;
    }
    if (limit.rlim_cur >= STACK_BYTES)
        symbol_bytes_max = SYMBOL_BYTES_MAX;
}

static bool is_d(const char *symbol)
{
    return symbol[0] == '_' && symbol[1] == 'D' &&
           (isdigit((unsigned char)symbol[2]) || strcmp(symbol, "_Dmain") == 0);
}

bool demangle_may(const char *symbol)
{
    return strncmp(symbol, "_Z", 2) == 0 || strncmp(symbol, "_R", 2) == 0 || is_d(symbol);
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
    if (!demangle_may(symbol) || strnlen(symbol, symbol_bytes_max + 1) > symbol_bytes_max)
        return NULL;
    if (is_d(symbol))
        return demangle_d(symbol, DEMANGLED_BYTES_MAX);
    written.length = 0;
    written.text = malloc(DEMANGLED_BYTES_MAX + 1);
    bool is_done = false;
    if (written.text && setjmp(written.over) == 0) {
        is_done = rust_demangle_callback(symbol, DMGL_PARAMS | DMGL_ANSI, add, &written) != 0;
        if (!is_done) {
            written.length = 0;
            is_done =
                cplus_demangle_v3_callback(symbol, DMGL_PARAMS | DMGL_ANSI | DMGL_NO_RECURSE_LIMIT,
                                           add, &written) != 0;
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

char *demangle_ada(const char *symbol)
{
    char *name = strlen(symbol) < DEMANGLED_BYTES_MAX / 4 ? ada_demangle(symbol, DMGL_GNAT) : NULL;
    /* What it does not understand it puts between angle brackets. */
    if (!name || *name == '<' || !*name) {
        free(name);
        return NULL;
    }
    return name;
}
