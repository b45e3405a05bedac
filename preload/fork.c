/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/fork.h"
#include "preload/root.h"
#include "preload/thread.h"

#include <pthread.h>

/* A handler that interrupted an event and forks: the child will go on with that
 * event, so this once it must see everything as it is (root_fork_*). */
static void before_fork(void)
{
    if (thread.inside)
        root_fork_keep();
}

static void after_fork_in_parent(void)
{
    if (thread.inside)
        root_fork_wipe();
}

static void after_fork_in_child(void)
{
    if (thread.inside)
        root_fork_stale();
}

void fork_register(void)
{
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}
