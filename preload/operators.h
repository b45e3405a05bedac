/* SPDX-License-Identifier: Apache-2.0
 *
 * C++'s operator new and delete: libstdc++'s and libc++'s call malloc, where the
 * block is counted; tcmalloc's and jemalloc's do not, and are counted here.
 */
#ifndef MEMPROF_OPERATORS_H
#define MEMPROF_OPERATORS_H

/* Finds the next operators and decides who counts.  In a program that has none at
 * start, ours vanish from the symbol table: a plugin's private operators must not
 * be torn apart by finding half of a set here.  Idempotent. */
void operators_resolve(void);

#endif
