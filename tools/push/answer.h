/* SPDX-License-Identifier: Apache-2.0
 *
 * What a server's answer means for what was pushed.
 */
#ifndef MEMPROF_TOOLS_PUSH_ANSWER_H
#define MEMPROF_TOOLS_PUSH_ANSWER_H

enum push_answer {
    PUSH_ACCEPTED,
    PUSH_TOO_LARGE, /* fewer samples may do */
    PUSH_REFUSED,   /* this profile; another one may be taken */
    PUSH_FORBIDDEN, /* no push of ours is going to be taken */
    PUSH_LATER,     /* the server takes nothing now; this push was certainly not taken */
    PUSH_LOST,      /* all was sent, and no answer came: it may have been taken */
};

/* Of an HTTP status. */
enum push_answer push_answer_of_status(long status);

#endif
