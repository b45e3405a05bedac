/* SPDX-License-Identifier: Apache-2.0
 *
 * Never fflush(NULL): it waits for locks, and a thread that is blocked in getline(stdin)
 * holds that one for ever.  glibc exports the iterator over all FILEs (seen from 2.2 to
 * 2.41); by weak references, because another libc need not.
 */
#include "preload/stdio_flush.h"

#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <unistd.h>

typedef struct _IO_FILE *iterator;
iterator _IO_iter_begin(void) __attribute__((weak));
iterator _IO_iter_end(void) __attribute__((weak));
iterator _IO_iter_next(iterator at) __attribute__((weak));
FILE *_IO_iter_file(iterator at) __attribute__((weak));
void _IO_list_lock(void) __attribute__((weak));
void _IO_list_unlock(void) __attribute__((weak));

/* Was more read from the file than the program took?  A wide-oriented stream keeps the
 * narrow pointers for what it has not converted yet, and others we cannot see. */
static bool has_unread_input(FILE *file)
{
    if (!__freading(file))
        return false;
    return file->_IO_read_ptr < file->_IO_read_end || file->_mode > 0;
}

static bool needs_work(FILE *file)
{
    if (__fpending(file) > 0)
        return true;
    /* Not seekable: what was read is gone, here and in libc's exit. */
    return has_unread_input(file) &&
           (file->_fileno < 0 || lseek(file->_fileno, 0, SEEK_CUR) != (off_t)-1);
}

bool stdio_flush(void)
{
    int saved = errno;
    bool done = true;
    if (!_IO_iter_begin || !_IO_iter_end || !_IO_iter_next || !_IO_iter_file || !_IO_list_lock ||
        !_IO_list_unlock)
        return false;
    _IO_list_lock(); /* libc's exit takes it, too */
    for (iterator at = _IO_iter_begin(); at != _IO_iter_end(); at = _IO_iter_next(at)) {
        FILE *file = _IO_iter_file(at);
        if (!needs_work(file))
            continue;
        if (ftrylockfile(file) != 0) {
            done = false;
            continue;
        }
        fflush_unlocked(file);
        funlockfile(file);
    }
    _IO_list_unlock();
    errno = saved;
    return done;
}
