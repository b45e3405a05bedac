/* SPDX-License-Identifier: Apache-2.0
 *
 * Says why this process is not recorded: in a line on stderr, and in the log of the `memprof run`
 * that it belongs to, which would otherwise report an empty profile.
 */
#ifndef MEMPROF_REFUSAL_H
#define MEMPROF_REFUSAL_H

/* `reason` is a clause; `advice` goes with it on stderr only; `object` is the file that is
 * in the way.  "" for none.  Calls no allocator; at start, by one thread. */
void refusal_say(const char *reason, const char *object, const char *advice);

#endif
