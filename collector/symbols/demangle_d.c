/* SPDX-License-Identifier: Apache-2.0
 *
 * libiberty builds a name in memory, and a short symbol can stand for a name of any length.
 * It takes its memory from xmalloc and xrealloc, which are ours: they count, and leave when it
 * is too much.
 */
#include "collector/symbols/demangle_d.h"

#include <libiberty/demangle.h>
#include <libiberty/libiberty.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX    64 /* times the longest name: what the parts of one may take together */
#define FAILURES_MAX 16 /* each leaves its parts behind */

static struct {
    jmp_buf over;
    bool is_running;
    size_t left;
    unsigned failures;
} demangling;

static void *counted(void *block, size_t bytes)
{
    if (demangling.is_running && bytes > demangling.left)
        longjmp(demangling.over, 1);
    demangling.left -= demangling.is_running ? bytes : 0;
    void *moved = realloc(block, bytes ? bytes : 1);
    if (!moved && demangling.is_running)
        longjmp(demangling.over, 1);
    if (!moved)
        abort();
    return moved;
}

void *xmalloc(size_t bytes)
{
    return counted(NULL, bytes);
}

void *xrealloc(void *block, size_t bytes)
{
    return counted(block, bytes);
}

char *demangle_d(const char *symbol, size_t bytes_max)
{
    static char *name; /* not on the stack: longjmp leaves it as it is */
    name = NULL;
    if (demangling.failures == FAILURES_MAX)
        return NULL;
    demangling.left = bytes_max * PARTS_MAX;
    demangling.is_running = true;
    if (setjmp(demangling.over) == 0)
        name = dlang_demangle(symbol, 0);
    else
        demangling.failures++;
    demangling.is_running = false;
    if (name && strlen(name) > bytes_max) {
        free(name);
        name = NULL;
    }
    return name;
}
