/* SPDX-License-Identifier: Apache-2.0
 *
 * C++'s operator new and delete: libstdc++'s and libc++'s call malloc, where the
 * block is counted; tcmalloc's and jemalloc's do not, and are counted here.
 */
#ifndef MEMPROF_OPERATORS_H
#define MEMPROF_OPERATORS_H

/* Finds the next operators and decides who counts.  Where it is not ours, ours vanish from
 * the symbol table: references that the loader binds from then on go past us, which saves a
 * jump for each operator that is called.  In a program that has no operators at start they
 * vanish, too: a plugin's private operators must not be torn apart by finding half of a set
 * here.  Idempotent. */
void operators_resolve(void);

#endif
