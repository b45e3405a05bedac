/* SPDX-License-Identifier: Apache-2.0
 * build: -fPIC -shared
 *
 * A library whose constructor, run before ours, has libc allocate under its own locks:
 * that of the locale, of the exit handlers, of the fork handlers.
 */
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>

static void nothing(void)
{
}

__attribute__((constructor)) static void construct(void)
{
    newlocale(LC_ALL_MASK, "C.UTF-8", NULL);
    for (int n = 0; n < 100; n++) {
        atexit(nothing);
        pthread_atfork(nothing, nothing, nothing);
    }
}
