/* SPDX-License-Identifier: Apache-2.0
 *
 * For machines whose code and frames are not understood: nothing is proved.
 */
#include "preload/unwind/reach.h"
#include "preload/unwind/saved_registers.h"

enum reach reach_search(struct reach_room *room, uintptr_t from, uintptr_t to)
{
    (void)room;
    (void)from;
    (void)to;
    return REACH_CAN;
}

enum reach reach_ask(struct reach_room *room, uintptr_t from, uintptr_t to, uint32_t unload_epoch)
{
    (void)unload_epoch;
    return reach_search(room, from, to);
}

uint8_t saved_registers(uintptr_t pc, uint32_t unload_epoch)
{
    (void)pc;
    (void)unload_epoch;
    return 0;
}
