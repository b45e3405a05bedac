/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEMPROF_ARCH_PAGES_H
#define MEMPROF_ARCH_PAGES_H

/* Bytes of the largest pages that a kernel may work with; AT_PAGESZ says which they are. */
#define ARCH_PAGE_MOST 4096

#endif
