/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/interleavings/world.h"
#include "preload/base/random.h"
#include "preload/event.h"
#include "preload/process/config.h"
#include "preload/process/log.h"
#include "preload/process/modules.h"
#include "preload/process/prepare.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/start.h"
#include "preload/process/start_phase.h"
#include "preload/process/state_dir.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "preload/real.h"
#include "preload/unwind/reach.h"
#include "preload/unwind/saved_registers.h"
#include "tests/interleavings/explore.h"
#include "tests/interleavings/memory.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define POOL    (64u << 20)
#define NO_FILE 1000 /* a descriptor that is never open */

/* --- the rest of the shim --- */

struct thread thread;
struct config config = {.enabled = true,
                        .interval_bytes = 1,
                        .depth = 8,
                        .state_max_bytes = 1 << 20,
                        .exe = "/case",
                        .cwd = "/"};
_Atomic bool sandbox_entered;
_Atomic uint32_t sandbox_child;
_Atomic uint32_t start_phase = START_DONE;
_Atomic uint32_t modules_unload_epoch_now;

bool start_step(uintptr_t pc)
{
    (void)pc;
    return false;
}
bool bootstrap_owns(const void *block)
{
    (void)block;
    return false;
}
static size_t usable_size(void *block)
{
    (void)block;
    return WORLD_SIZE;
}
struct real real = {.malloc_usable_size = usable_size};
void thread_internal_begin(struct internal *internal)
{
    (void)internal;
    thread.internal++;
}
void thread_internal_end(const struct internal *internal)
{
    (void)internal;
    thread.internal--;
}
/* Numbered in the order in which they ask; `random` is free, as nothing is sampled here. */
static uint32_t ids TRACKED;
static bool gone[16] TRACKED;

bool thread_is_only(void)
{
    return true;
}

uint32_t thread_id(void)
{
    if (thread.random == 0)
        thread.random = ++ids;
    return (uint32_t)thread.random;
}
bool thread_is_gone(uint32_t id)
{
    explore_step(); /* it may end at any moment */
    return gone[id];
}
void world_thread_ends(void)
{
    gone[thread_id()] = true;
    memset(&thread, 0, sizeof thread);
}
bool world_follows TRACKED;
bool thread_stack_learn(uintptr_t sp)
{
    (void)sp;
    return world_follows;
}
struct log_stderr log_stderr;
void log_line(const char *first, ...)
{
    (void)first;
}
uint64_t random_u64(void)
{
    return 1;
}
int state_dir_create_file(pid_t pid, char *path, size_t path_bytes)
{
    (void)pid;
    (void)path_bytes;
    strcpy(path, "/case.state");
    errno = 0; /* it is kept, and what was before is not part of the explored state */
    return NO_FILE;
}
void state_dir_say_none(int error)
{
    (void)error;
}
const char *state_dir_advice(int error)
{
    (void)error;
    return NULL;
}
void state_dir_say_elsewhere(const char *path)
{
    (void)path;
}
bool apart_do(void (*function)(void))
{
    function();
    return true;
}
const char *log_reason(int error)
{
    (void)error;
    return "";
}
bool modules_own(uintptr_t pc)
{
    (void)pc;
    return false;
}
void modules_begin(void)
{
}
uint32_t modules_find(uintptr_t pc)
{
    (void)pc;
    return 0;
}
bool modules_current(uint32_t module, uintptr_t pc)
{
    return module != 1 || pc;
}
void unwind_cfi(struct stack *stack, const struct unwind_start *start)
{
    stack->count = 1;
    stack->join = 0;
    stack->complete = true;
    stack->reusable = false;
    stack->frames[0] = (struct frame){.pc = start->pc, .sp = start->sp, .bp = start->bp};
    explore_step(); /* nobody else writes here meanwhile */
    EXPLORE_CHECK(stack->frames[0].pc == start->pc);
}
void unwind_fp(struct stack *stack, const struct unwind_start *start)
{
    unwind_cfi(stack, start);
}
/* Nothing is proved of activations. */
enum reach reach_ask(struct reach_room *room, uintptr_t from, uintptr_t to, uint32_t unload_epoch)
{
    (void)room;
    (void)from;
    (void)to;
    (void)unload_epoch;
    return REACH_CAN;
}
enum reach reach_ask_call(uintptr_t caller, uintptr_t callee, uint32_t unload_epoch)
{
    (void)caller;
    (void)callee;
    (void)unload_epoch;
    return REACH_UNSURE;
}
uint8_t saved_registers(uintptr_t pc)
{
    (void)pc;
    return 0;
}
bool unwind_libunwind_loaded(void)
{
    return true;
}
void unwind_libunwind(struct stack *stack, const struct unwind_start *start)
{
    unwind_cfi(stack, start);
}

/* --- memory --- */

static char pool[POOL] __attribute__((aligned(4096)));
static size_t pool_used TRACKED;
static bool is_child TRACKED, is_detached TRACKED;
static char *parents_state TRACKED;
static size_t parents_bytes;
static uint64_t parents_sum;
extern char __start_shim_data[], __stop_shim_data[];

static void wipe(char *from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += 4096)
        for (size_t j = 0; j < 4096; j += 8)
            if (*(uint64_t *)(from + i + j) != 0) {
                memset(from + i, 0, 4096);
                break;
            }
}

void *world_map(void *address, size_t bytes, int flags)
{
    if (flags & MAP_FIXED) { /* only ever over the state that is still the parent's too */
        world_check_parent_untouched();
        is_detached = true;
        wipe(address, bytes);
        return address;
    }
    void *at = pool + pool_used;
    pool_used += (bytes + 4095) & ~(size_t)4095;
    if (pool_used > POOL)
        explore_fail("the pool is too small");
    return at;
}

int world_advise(void *address, size_t bytes, int advice)
{
    if (advice == MADV_DONTNEED)
        wipe(address, bytes);
    return 0;
}

void world_wipe_process(void)
{
    wipe(__start_process_wide, (size_t)(__stop_process_wide - __start_process_wide));
}

const struct state_header *world_next_state(void)
{
    const struct state_header *header = state_map.header;
    world_wipe_process();
    memset(pool, 0, pool_used);
    memset(&thread, 0, sizeof thread);
    pool_used = 0;
    return header; /* the same calls give the same addresses */
}

struct world_events world_counts TRACKED, world_site_counts[WORLD_SITES] TRACKED;
static uint8_t allocated_by[16] TRACKED; /* the site of each block */

void world_init(void)
{
    memory_track(__start_shim_data, (size_t)(__stop_shim_data - __start_shim_data));
    memory_track(__start_process_wide, (size_t)(__stop_process_wide - __start_process_wide));
    memory_track(pool, sizeof pool);
    if (!process_prepare())
        explore_fail("no state");
    atomic_store(&state_map.header->peak.turn, INT64_MAX);
    explore_watch(state_map.header, state_map.header->state_bytes);
}

static unsigned number_of(const void *block)
{
    unsigned n = (unsigned)((uintptr_t)block / 4096 & 7);
    return (uintptr_t)block % 4096 ? n + 8 : n; /* a neighbour of block n */
}

void world_allocate(void *block, uintptr_t pc)
{
    struct unwind_start start = {pc, 1, 0};
    unsigned site = WORLD_SITE(pc);
    allocated_by[number_of(block)] = (uint8_t)site;
    world_counts.allocs_begun++;
    world_site_counts[site].allocs_begun++;
    event_allocated(block, WORLD_SIZE, &start);
    world_counts.allocs_done++;
    world_site_counts[site].allocs_done++;
}

void world_release(void *block)
{
    unsigned site = allocated_by[number_of(block)];
    world_counts.frees_begun++;
    world_site_counts[site].frees_begun++;
    event_release(block, &(struct unwind_start){1, 1, 0});
    world_counts.frees_done++;
    world_site_counts[site].frees_done++;
}

/* --- fork --- */

static uint64_t sum_of(const char *from, size_t bytes)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes; i += 8)
        sum = (sum ^ *(const uint64_t *)(from + i)) * UINT64_C(0x9e3779b97f4a7c15);
    return sum;
}

void world_child_keeps(void)
{
    is_child = true;
    parents_state = (char *)state_map.header;
    parents_bytes = parents_state ? state_map.header->state_bytes : 0;
    parents_sum = sum_of(parents_state, parents_bytes);
}

bool world_is_child(void)
{
    return is_child;
}

void world_child(void)
{
    world_child_keeps();
    size_t bytes = parents_bytes;
    if (!parents_state)
        parents_state = pool;
    wipe(pool, (size_t)(parents_state - pool));
    wipe(parents_state + bytes, pool_used - (size_t)(parents_state + bytes - pool));
    world_wipe_process();
    memset(&world_counts, 0, sizeof world_counts);
}

void world_check_parent_untouched(void)
{
    EXPLORE_CHECK(is_detached || sum_of(parents_state, parents_bytes) == parents_sum);
}
