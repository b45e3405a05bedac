/* SPDX-License-Identifier: Apache-2.0
 *
 * Included in front of the shim's own sources: a kernel that the explorer can take back.  Memory
 * comes from a pool that is part of the explored state.  Calls whose answer is another one the
 * next time (room on a file system, times of a file) fail: it would make two states of one.
 */
#ifndef INTERLEAVINGS_KERNEL_H
#define INTERLEAVINGS_KERNEL_H

#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/types.h>
#include <unistd.h>

#define __thread /* one kernel thread: the explorer exchanges `thread` itself */

#include "preload/base/sys.h"
#include "tests/interleavings/explore.h"

/* In world.c. */
void *world_map(void *address, size_t bytes, int flags);
int world_advise(void *address, size_t bytes, int advice);

#define mmap(address, bytes, protection, flags, fd, offset) world_map(address, bytes, flags)
#define munmap(address, bytes)                              ((void)(address), 0)
#define mprotect(address, bytes, protection)                ((void)(address), 0)
#define madvise(address, bytes, advice)                     world_advise(address, bytes, advice)
#define ftruncate(fd, bytes)                                0
#define fstatfs(fd, fs)                                     ((void)(fs), -1)
#define stat(path, st)                                      ((void)(st), -1)
#define sys_wait(word, value)                               explore_step()
#define sys_wake(word)                                      ((void)0)
#define sys_block_signals(before)                           ((void)(before))
#define sys_unblock_signals(before)                         ((void)(before))

#endif
