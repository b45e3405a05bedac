/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps a terminal from being left in the state of a full screen: what draws runs in a child,
 * and whatever becomes of that, its parent puts the terminal back.
 */
#ifndef MEMPROF_TOOLS_WATCH_KEEPER_H
#define MEMPROF_TOOLS_WATCH_KEEPER_H

/* Runs `draw` in a child and returns what it returned; when a signal ended the child, says so
 * and returns CLI_CANNOT.  SIGTERM and SIGHUP are passed on to it. */
int keeper_run(const char *command, int (*draw)(void *context), void *context);

#endif
