/* SPDX-License-Identifier: Apache-2.0
 *
 * What a request is answered with, and the headers that every answer has.
 */
#ifndef MEMPROF_TOOLS_SERVE_REPLY_H
#define MEMPROF_TOOLS_SERVE_REPLY_H

#include <microhttpd.h>
#include <stdbool.h>

#include "tools/serve/lane.h"
#include "tools/serve/route.h"

struct reply {
    const struct route *route;   /* NULL: there is none */
    const struct answer *answer; /* of a worker; NULL: `status` and `text` instead */
    unsigned status;
    const char *text;
    bool is_text; /* the answer is pprof's text form */
};

enum MHD_Result reply_queue(struct MHD_Connection *connection, const struct reply *reply);

#endif
