/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/beside.h"

#include "preload/own_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

char *beside_self(void)
{
    char *self = realpath("/proc/self/exe", NULL);
    /* What the kernel was given to execute, relative to where we are still. */
    const char *executed = (const char *)(uintptr_t)getauxval(AT_EXECFN);
    return self || !executed ? self : realpath(executed, NULL);
}

bool beside_is_safe(const char *self_path, const char *path)
{
    struct stat status;
    struct own_file self;
    char *own = strdup(self_path), *copy = strdup(path);
    bool is_safe = own && copy && lstat(own, &status) == 0 && !S_ISLNK(status.st_mode);
    if (is_safe) {
        own_file_init(&self, own, status.st_uid);
        is_safe = own_file_trusts(&self, copy);
    }
    free(own);
    free(copy);
    return is_safe;
}
