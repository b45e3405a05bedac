/* SPDX-License-Identifier: Apache-2.0
 *
 * The next allocator in the target's search order: libc's, or one preloaded
 * behind us.  The pointers start at bootstrap functions, so that callers never
 * check them.
 */
#ifndef MEMPROF_REAL_H
#define MEMPROF_REAL_H

#include "preload/base/hidden.h"

#include <stdbool.h>
#include <stddef.h>

struct real {
    void *(*malloc)(size_t);
    void (*free)(void *);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void *(*reallocarray)(void *, size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    void *(*memalign)(size_t, size_t);
    void *(*valloc)(size_t);
    void *(*pvalloc)(size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    size_t (*malloc_usable_size)(void *);
    void (*free_sized)(void *, size_t);                 /* NULL before C23 */
    void (*free_aligned_sized)(void *, size_t, size_t); /* NULL before C23 */
};

extern HIDDEN struct real real;

/* Finds the functions above; idempotent, any thread, wherever malloc may be called.  What
 * is allocated meanwhile comes from the bootstrap buffer. */
void real_resolve(void);

/* True while the bootstrap functions still stand in. */
bool real_pending(void);

/* Was `block` handed out by the bootstrap buffer? */
bool bootstrap_owns(const void *block);

/* Its size in bytes. */
size_t bootstrap_size(const void *block);

#endif
