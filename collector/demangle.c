/* SPDX-License-Identifier: Apache-2.0
 *
 * Rust first: its older scheme looks like C++, but for the hash at the end.
 */
#include "collector/demangle.h"

#include <libiberty/demangle.h>
#include <string.h>

#define SYMBOL_BYTES_MAX 65536 /* longer is not for people to read */

bool demangle_may(const char *symbol)
{
    return strncmp(symbol, "_Z", 2) == 0 || strncmp(symbol, "_R", 2) == 0;
}

char *demangle(const char *symbol)
{
    if (!demangle_may(symbol) || strlen(symbol) > SYMBOL_BYTES_MAX)
        return NULL;
    char *name = rust_demangle(symbol, DMGL_PARAMS | DMGL_ANSI);
    return name ? name : cplus_demangle_v3(symbol, DMGL_PARAMS | DMGL_ANSI);
}
