/* SPDX-License-Identifier: Apache-2.0
 *
 * What memprof-end is told, by position in argv.
 */
#ifndef MEMPROF_END_ARGUMENTS_H
#define MEMPROF_END_ARGUMENTS_H

enum end_argument {
    END_NAME = 0,  /* the target's own argv[0], for who looks at the process list */
    END_STATUS,    /* the exit status, decimal, 0 to 255 */
    END_COMM,      /* the target's command name, as /proc/PID/comm takes it */
    END_MAY_SAY,   /* "1": descriptor 2 is still what the target was started with */
    END_PATIENCE,  /* seconds the collector has, decimal */
    END_STATE,     /* path of the state, for messages */
    END_COLLECTOR, /* path of the collector; it and what follows is the collector's argv */
    END_ARGUMENTS_LEAST,
};

#endif
