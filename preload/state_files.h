/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of states are called, and which directories they may be in.  The library makes
 * states by these rules and the commands find them by the same.  Nothing here allocates.
 */
#ifndef MEMPROF_STATE_FILES_H
#define MEMPROF_STATE_FILES_H

#include "preload/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

/* A state is called PROGRAM.PID.RANDOM.state.  PROGRAM is the last component of the
 * executable's path, cut; RANDOM is 16 hexadecimal digits. */
#define STATE_NAME_SUFFIX        ".state"
#define STATE_NAME_PROGRAM_MAX   100
#define STATE_NAME_RANDOM_DIGITS 16
#define STATE_NAME_BYTES         144 /* of the whole name, with its NUL */

/* The name up to RANDOM. */
static inline void state_name_begin(struct text *name, const char *program, uint32_t pid)
{
    text_add_cut(name, program, STATE_NAME_PROGRAM_MAX);
    text_add(name, ".");
    text_add_number(name, pid, 10, 1);
    text_add(name, ".");
}

static inline void state_name_end(struct text *name, uint64_t random)
{
    text_add_number(name, random, 16, STATE_NAME_RANDOM_DIGITS);
    text_add(name, STATE_NAME_SUFFIX);
}

/* Is a file of that name a state? */
static inline bool state_name_is(const char *name)
{
    size_t length = strlen(name), suffix = sizeof STATE_NAME_SUFFIX - 1;
    return length > suffix && memcmp(name + length - suffix, STATE_NAME_SUFFIX, suffix) == 0;
}

/* Is it the name of a state of that program and process? */
static inline bool state_name_is_of(const char *name, const char *program, uint32_t pid)
{
    char bytes[STATE_NAME_BYTES];
    struct text begin = {bytes, sizeof bytes, 0};
    state_name_begin(&begin, program, pid);
    return strncmp(name, bytes, begin.length) == 0 &&
           strspn(name + begin.length, "0123456789abcdef") == STATE_NAME_RANDOM_DIGITS &&
           strcmp(name + begin.length + STATE_NAME_RANDOM_DIGITS, STATE_NAME_SUFFIX) == 0;
}

/* Without MEMPROF_DIR these are tried in this order: memprof-UID in /dev/shm, then memprof-UID in
 * `temporary`, which is TMPDIR (NULL or empty: /tmp). */
#define STATE_DIRS_DEFAULT  2
#define STATE_DIR_SHARED    "/dev/shm"
#define STATE_DIR_PREFIX    "memprof-"
#define STATE_DIR_MORE_THAN 32 /* bytes of such a path beyond those of `temporary` */
static inline void state_dir_default(struct text *path, unsigned number, const char *temporary,
                                     uint32_t uid)
{
    text_add(path, number == 0 ? STATE_DIR_SHARED : temporary && *temporary ? temporary : "/tmp");
    text_add(path, "/" STATE_DIR_PREFIX);
    text_add_number(path, uid, 10, 1);
}

/* Is it what some user's default directory is called? */
static inline bool state_dir_is_name(const char *name)
{
    return strncmp(name, STATE_DIR_PREFIX, sizeof STATE_DIR_PREFIX - 1) == 0;
}

/* Where `is_given`, the user chose the directory (MEMPROF_DIR): others may look into it, and it
 * may be a symbolic link of the user's own.  The default ones lie where everybody can make
 * directories, so they must be private. */
static inline bool state_dir_follows(const struct stat *link, uint32_t uid, bool is_given)
{
    return is_given && S_ISLNK(link->st_mode) && link->st_uid == uid;
}

enum state_dir_fault {
    STATE_DIR_USABLE = 0,
    STATE_DIR_NONE,    /* it is no directory */
    STATE_DIR_FOREIGN, /* it belongs to another user */
    STATE_DIR_OPEN,    /* others can write to it, or look into a default one */
};

static inline enum state_dir_fault state_dir_look(const struct stat *directory, uint32_t uid,
                                                  bool is_given)
{
    if (!S_ISDIR(directory->st_mode))
        return STATE_DIR_NONE;
    if (directory->st_uid != uid)
        return STATE_DIR_FOREIGN;
    return directory->st_mode & (is_given ? 0022 : 0077) ? STATE_DIR_OPEN : STATE_DIR_USABLE;
}

#endif
