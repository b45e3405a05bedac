/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is what was stored last.
 */
#include "tests/interleavings/weak.h"

void weak_begin(void)
{
}
bool weak_delays(void)
{
    return false;
}
void weak_enter(int thread)
{
    (void)thread;
}
void weak_leave(int thread)
{
    (void)thread;
}
bool weak_can_run(int thread)
{
    (void)thread;
    return true;
}
unsigned weak_values(int thread)
{
    (void)thread;
    return 1;
}
void weak_choose(int thread, unsigned value)
{
    (void)thread;
    (void)value;
}
unsigned weak_commits(int thread)
{
    (void)thread;
    return 0;
}
void weak_commit(int thread, unsigned n)
{
    (void)thread;
    (void)n;
}
bool weak_is_drained(int thread)
{
    (void)thread;
    return true;
}
void weak_told(int thread)
{
    (void)thread;
}
void weak_settle(const bool *is_done)
{
    (void)is_done;
}
