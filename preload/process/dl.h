/* SPDX-License-Identifier: Apache-2.0
 *
 * The loader's functions.  They are in libc since glibc 2.34 only; before, they are in libdl, which
 * a program need not have loaded, and libc has some under names of its own.  Nothing here refers to
 * a version of a symbol that an older loader would miss.
 */
#ifndef MEMPROF_DL_H
#define MEMPROF_DL_H

#include <link.h>
#include <stdbool.h>
#include <stdint.h>

/* Looks the functions up; before those below. */
void dl_init(void);

/* dlopen(RTLD_NOW | RTLD_LOCAL) and dlsym; NULL: not found. */
void *dl_open(const char *soname);
void *dl_symbol(void *library, const char *name);

/* What was not found is nobody's business: takes dlerror's text.  At start only. */
void dl_forget_error(void);

/* The object that `pc` is in, and where its file's start is mapped; takes the loader's lock.
 * false: in none, or it cannot be asked. */
bool dl_find(uintptr_t pc, const struct link_map **map, uintptr_t *base);

#endif
