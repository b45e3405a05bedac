/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEMPROF_ARCH_LIBC_H
#define MEMPROF_ARCH_LIBC_H

/* The version that glibc's oldest symbols have. */
#define ARCH_LIBC_FIRST "GLIBC_2.2.5"

#endif
