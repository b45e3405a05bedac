/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens a file whose name or directory another user controls.  Opening a device, a FIFO or a
 * socket may have an effect (a watchdog starts, a FIFO's writer gets SIGPIPE), so the file's
 * type is checked first, and only a regular file is opened, for reading.
 */
#ifndef MEMPROF_COLLECTOR_BASE_OPEN_REGULAR_H
#define MEMPROF_COLLECTOR_BASE_OPEN_REGULAR_H

#include "collector/base/error.h"

#include <sys/stat.h>

/* A descriptor (close-on-exec, never 0 to 2), or -1 with errno: ELOOP for a symbolic
 * link that was not to be followed, EISDIR, and ENODEV for what is neither a file nor
 * a directory.  `flags` is 0 or O_NOFOLLOW.  `status` may be NULL. */
int open_regular(const char *path, int flags, struct stat *status);
int open_regular_at(int directory, const char *name, int flags, struct stat *status);
/* The file that an O_PATH descriptor, which stays the caller's, stands for. */
int open_regular_again(int path_fd, struct stat *status);
/* For errno of the above: "<what>: <why>". */
struct error *open_regular_error(int number, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The descriptor, or a copy of it if it is one of 0 to 2; closes the one that is given. */
int open_above_standard(int fd);
/* Makes sure that 0 to 2 are open, so that no file of ours becomes one of them. */
void open_standard_descriptors(void);

/* The root directory of a process, and how names in it are looked up. */
struct process_root {
    int fd;         /* -1: it is ours, or cannot be opened */
    int is_foreign; /* it seems to be another than ours, so our paths do not hold in it */
};
void process_root_open(struct process_root *root, int pid);
void process_root_close(struct process_root *root);
/* As open_regular() of an absolute path in there: no link, ".." or magic link leads out.
 * ENOSYS on kernels without openat2 (before 5.6). */
int open_regular_in_root(const struct process_root *root, const char *path, int flags,
                         struct stat *status);

#endif
