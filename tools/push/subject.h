/* SPDX-License-Identifier: Apache-2.0
 *
 * What is pushed about: a process, from when it is seen to its last push, or a profile in a file.
 */
#ifndef MEMPROF_TOOLS_PUSH_SUBJECT_H
#define MEMPROF_TOOLS_PUSH_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "collector/base/error.h"
#include "collector/live_process.h"
#include "collector/roster.h"
#include "tools/push/base_file.h"
#include "tools/push/payload.h"
#include "tools/push/request.h"
#include "tools/push/schedule.h"
#include "tools/push/settings.h"

struct push_subject {
    const char *file; /* NULL: it is a process, */
    uint32_t pid;
    dev_t device; /* whose state this is */
    ino_t inode;
    uint64_t start_ns;
    struct live_process *process; /* NULL: nothing is pushed any more */
    char *name;                   /* of the application */
    struct push_labels labels;
    const char *end; /* how it ended; NULL: it runs */
    struct push_base base;
    struct push_schedule schedule;
    uint64_t lost_bytes; /* that no push told of, since the last one that was taken */
    bool is_sending, is_done, is_last_tried, is_seen;
    bool needs_base;           /* what it had counted is to be found out before its first push */
    struct counts sent_counts; /* of the push that is under way */
    int64_t sent_until_s;
};

/* What a push of it would be. */
struct push_made {
    struct push_request request;
    struct payload payload; /* its bytes are in the request */
    size_t bytes;           /* of the profile, packed */
    int64_t from_s, until_s;
};

/* Takes a process over that was just found.  push_subject_deinit() it in any case. */
struct error *push_subject_init(struct push_subject *subject, const struct roster_entry *entry,
                                const struct push_settings *settings);
struct error *push_subject_init_file(struct push_subject *subject, const char *path,
                                     const struct push_settings *settings);
void push_subject_deinit(struct push_subject *subject);

/* The base of its first push: the one in a file; of a process that began less than an interval ago
 * its beginning; else this moment.  *fault says why a base that is there is not used. */
struct error *push_subject_begin(struct push_subject *subject, const struct push_settings *settings,
                                 const struct base_files *files, struct symbol_workers *workers,
                                 const char **fault);
/* Whether it has ended since this was asked last. */
bool push_subject_note_end(struct push_subject *subject);
/* Nothing is pushed of it any more. */
void push_subject_finish(struct push_subject *subject);

/* push_made_deinit() it in any case. */
struct error *push_subject_make(struct push_subject *subject, const struct push_settings *settings,
                                struct symbol_workers *workers, int64_t now_s,
                                struct push_made *made);
void push_made_deinit(struct push_made *made);

#endif
