/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that crashes in a loop leaves a state each time, and must not fill the memory
 * behind /dev/shm.  Only a collector can tell which states are those of dead processes, so
 * nothing is removed here.  The directory is read by getdents64, because opendir would allocate.
 */
#include "preload/process/quota.h"
#include "preload/base/stat.h"
#include "preload/base/sys.h"
#include "preload/state_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

struct entry { /* the kernel's struct linux_dirent64 */
    uint64_t inode;
    int64_t next;
    uint16_t bytes;
    uint8_t type;
    char name[];
};

struct sums {
    unsigned states;
    uint64_t bytes;
};

static void add(struct sums *sums, int directory, const char *name)
{
    struct stat status;
    if (!state_name_is(name) || !stat_at(directory, name, &status, AT_SYMLINK_NOFOLLOW))
        return;
    sums->states++;
    sums->bytes += (uint64_t)status.st_blocks * 512;
}

bool quota_allows(const char *directory)
{
    static _Alignas(struct entry) char entries[8192]; /* one thread prepares the state */
    struct statfs fs;
    struct sums sums = {0};
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return true; /* creating the state tells whether the directory is usable */
    uint64_t most = fstatfs(fd, &fs) == 0 && fs.f_blocks > 0
                        ? (uint64_t)fs.f_blocks * (uint64_t)fs.f_bsize / QUOTA_PART
                        : UINT64_MAX;
    long got = 1;
    while (got > 0 && sums.states < QUOTA_STATES && sums.bytes < most) {
        got = sys_call(SYS_getdents64, fd, (long)entries, sizeof entries, 0, 0, 0);
        for (long at = 0; at < got; at += ((struct entry *)(entries + at))->bytes)
            add(&sums, fd, ((struct entry *)(entries + at))->name);
    }
    close(fd);
    if (sums.states < QUOTA_STATES && sums.bytes < most)
        return true;
    errno = EDQUOT;
    return false;
}
