/* SPDX-License-Identifier: Apache-2.0
 *
 * Never fflush(NULL): it waits for locks, and a thread that is blocked in getline(stdin)
 * holds that one for ever.  glibc exports the iterator over all FILEs (seen from 2.2 to
 * 2.41); by weak references, because another libc need not.
 */
#include "preload/process/stdio_flush.h"

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
void _IO_free_backup_area(FILE *file) __attribute__((weak));
void _IO_free_wbackup_area(FILE *file) __attribute__((weak));

#define UNBUFFERED 0x0002 /* of _flags: libc's exit leaves the input of these alone */

/* Files may share a position, so that the order shows: output first, as libc's exit does. */
enum pass { OUTPUT, INPUT };

/* Was more read from the file than the program took?  A stream that something was pushed
 * back to keeps what it has read aside, a wide-oriented one what it has not converted. */
static bool has_unread_input(FILE *file)
{
    if (!__freading(file) || file->_flags & UNBUFFERED)
        return false;
    if (file->_IO_read_ptr == file->_IO_read_end && !file->_IO_save_base && file->_mode <= 0)
        return false;
    /* Not seekable: what was read is gone, here and in libc's exit. */
    return file->_fileno < 0 || lseek(file->_fileno, 0, SEEK_CUR) != (off_t)-1;
}

/* Back to before what was read and not used; what was pushed back is forgotten first. */
static void put_back(FILE *file)
{
    _IO_free_backup_area(file);
    if (file->_mode > 0)
        _IO_free_wbackup_area(file);
    fflush_unlocked(file);
}

/* One walk over all FILEs; false if one that needs it is locked. */
static bool visit(enum pass pass)
{
    bool done = true;
    for (iterator at = _IO_iter_begin(); at != _IO_iter_end(); at = _IO_iter_next(at)) {
        FILE *file = _IO_iter_file(at);
        if (pass == OUTPUT ? __fpending(file) == 0 : !has_unread_input(file))
            continue;
        if (ftrylockfile(file) != 0) {
            done = false;
            continue;
        }
        if (pass == OUTPUT)
            fflush_unlocked(file);
        else
            put_back(file);
        funlockfile(file);
    }
    return done;
}

bool stdio_flush(void)
{
    int saved = errno;
    if (!_IO_iter_begin || !_IO_iter_end || !_IO_iter_next || !_IO_iter_file || !_IO_list_lock ||
        !_IO_list_unlock || !_IO_free_backup_area || !_IO_free_wbackup_area)
        return false;
    _IO_list_lock(); /* libc's exit takes it, too */
    bool done = visit(OUTPUT);
    done = visit(INPUT) && done;
    _IO_list_unlock();
    errno = saved;
    return done;
}
