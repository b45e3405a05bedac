/* SPDX-License-Identifier: Apache-2.0
 *
 * The files that bases are kept in: one for each process and server, in a directory of ours.
 */
#ifndef MEMPROF_TOOLS_PUSH_BASE_FILE_H
#define MEMPROF_TOOLS_PUSH_BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "tools/push/base.h"
#include "tools/push/settings.h"

struct base_files {
    char *directory;      /* NULL: bases are not kept */
    uint64_t destination; /* tells one server from another */
};

/* `given` is --base, or NULL: STATE_DIRECTORY (systemd's), memprof-push in XDG_STATE_HOME, in
 * ~/.local/state, root's in /var/lib.  Made if it is missing; base_files_deinit() it in any case.
 */
struct error *base_files_init(struct base_files *files, const char *given, const char *url,
                              enum push_protocol protocol);
void base_files_deinit(struct base_files *files);

/* Whether there is one for that process. */
bool base_files_has(const struct base_files *files, const struct push_base_of *of);
/* False: there is none; *fault says why it cannot be used, NULL: it is not there. */
bool base_files_load(const struct base_files *files, const struct push_base_of *of,
                     struct push_base *base, const char **fault);
/* In the place of the one that is there. */
struct error *base_files_store(const struct base_files *files, const struct push_base *base);
/* Notes in the file whether a push is under way; false: that could not be written. */
bool base_files_mark(const struct base_files *files, const struct push_base *base);
void base_files_remove(const struct base_files *files, const struct push_base *base);
/* Removes those that nobody has written to for a day. */
void base_files_prune(const struct base_files *files);

#endif
