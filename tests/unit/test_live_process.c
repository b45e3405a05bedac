/* SPDX-License-Identifier: Apache-2.0
 *
 * A process that is looked at again and again: what a later snapshot sees, keeps and costs.
 * The process is this one; it writes into a state that it has mapped.
 */
#include "collector/live_process.h"
#include "state_builder.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define STATE "example.4194304.0123456789abcdef.state"

static char directory[64];
static const struct snapshot_options now;

static int enter(void **unused)
{
    (void)unused;
    strcpy(directory, "test-live-process-XXXXXX");
    return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

static int leave(void **unused)
{
    char command[64];
    (void)unused;
    snprintf(command, sizeof(command), "rm -rf '%.40s'", directory);
    return chdir("..") == 0 && system(command) == 0 ? 0 : -1;
}

/* Moves the state into a file; from here on the builder writes there. */
static void map_state(struct state_builder *builder)
{
    state_builder_write(builder, STATE);
    int fd = open(STATE, O_RDWR);
    void *mapped = mmap(NULL, builder->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(mapped, MAP_FAILED);
    close(fd);
    free(builder->memory);
    builder->memory = mapped;
}

static struct live_process *open_own(void)
{
    struct live_process *process = NULL;
    struct error *error = live_process_open(getpid(), &process);
    if (error)
        fail_msg("%s", error_message(error));
    return process;
}

static void take(struct live_process *process, const struct snapshot_options *options,
                 struct snapshot *snapshot)
{
    struct error *error = live_process_snapshot(process, options, snapshot);
    if (error)
        fail_msg("%s", error_message(error));
}

/* Its leaf's name, in a sample of which there is one with that label. */
static const char *leaf_of(const struct profile *profile, int64_t bytes, const int64_t **values)
{
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const struct profile_sample *sample = &profile->samples.items[i];
        if (profile->labels.items[sample->label_first].number != bytes)
            continue;
        const struct profile_location *location =
            &profile->locations.items[profile->nodes.items[sample->node].location];
        const struct profile_line *line = &profile->lines.items[location->line_first];
        *values = &profile->values.items[(size_t)i * PROFILE_VALUES];
        return profile_string(profile, profile->functions.items[line->function].name);
    }
    fail_msg("no sample of %d bytes", (int)bytes);
    return NULL;
}

static void a_later_snapshot_has_what_is_new(void **unused)
{
    (void)unused;
    struct state_builder builder;
    struct snapshot first, second;
    const int64_t *values;
    state_builder_example(&builder);
    map_state(&builder);
    struct live_process *process = open_own();
    take(process, &now, &first);
    assert_int_equal(first.profile->samples.count, 3);
    assert_int_equal(first.totals[PROFILE_ALLOC_SPACE], 240 + 300 + 28672);

    uint32_t module = state_builder_module(&builder, "/usr/lib/later.so", 0x900000, 0x8000);
    uint32_t node = state_builder_node(&builder, 0, module, 0x902345);
    uint32_t site = state_builder_site(&builder, 24, node);
    state_builder_cell(&builder, 1, site, 10, 240, 4, 96);
    take(process, &now, &second);
    assert_int_equal(second.profile->samples.count, 4);
    assert_int_equal(second.totals[PROFILE_ALLOC_SPACE], 240 + 300 + 28672 + 240);
    assert_string_equal(leaf_of(second.profile, 24, &values), "later.so+0x2345");
    assert_int_equal(values[PROFILE_INUSE_OBJECTS], 6);
    assert_int_equal(first.profile->samples.count, 3);
    assert_false(live_process_has_ended(process));
    snapshot_deinit(&first);
    snapshot_deinit(&second);
    live_process_close(process);
    munmap(builder.memory, builder.bytes);
}

static void a_difference_is_signed(void **unused)
{
    (void)unused;
    struct state_builder builder;
    struct snapshot before, after;
    const int64_t *values;
    state_builder_init(&builder, 16);
    uint32_t module = state_builder_module(&builder, "/usr/bin/example", 0x10000, 0x8000);
    uint32_t frees =
        state_builder_site(&builder, 8, state_builder_node(&builder, 0, module, 0x11000));
    uint32_t rests =
        state_builder_site(&builder, 16, state_builder_node(&builder, 0, module, 0x12000));
    state_builder_buffer(&builder, 1);
    state_builder_buffer(&builder, 1);
    struct state_counters *freeing = state_builder_cell(&builder, 1, frees, 10, 80, 0, 0);
    state_builder_cell(&builder, 1, rests, 1, 16, 0, 0);
    size_t at = (size_t)((char *)freeing - builder.memory);
    map_state(&builder);
    freeing = (struct state_counters *)(builder.memory + at);
    struct live_process *process = open_own();
    take(process, &now, &before);

    freeing->freed_objects = 7;
    freeing->freed_bytes = 56;
    uint32_t begins =
        state_builder_site(&builder, 24, state_builder_node(&builder, 0, module, 0x13000));
    state_builder_cell(&builder, 1, begins, 2, 48, 0, 0);
    take(process, &(struct snapshot_options){.earlier = &before.counts}, &after);
    assert_int_equal(after.profile->samples.count, 2); /* what did not change is not shown */
    leaf_of(after.profile, 8, &values);
    assert_int_equal(values[PROFILE_ALLOC_OBJECTS], 0);
    assert_int_equal(values[PROFILE_ALLOC_SPACE], 0);
    assert_int_equal(values[PROFILE_INUSE_OBJECTS], -7);
    assert_int_equal(values[PROFILE_INUSE_SPACE], -56);
    leaf_of(after.profile, 24, &values);
    assert_int_equal(values[PROFILE_INUSE_SPACE], 48);
    assert_int_equal(after.totals[PROFILE_INUSE_SPACE], -8);

    /* The same process at once, from the moment of the second one: nothing. */
    struct snapshot last;
    take(process, &(struct snapshot_options){.earlier = &after.counts}, &last);
    assert_int_equal(last.profile->samples.count, 0);
    snapshot_deinit(&before);
    snapshot_deinit(&after);
    snapshot_deinit(&last);
    live_process_close(process);
    munmap(builder.memory, builder.bytes);
}

/* A child that has the state mapped; for its end, or its exec, it waits for a byte. */
static pid_t start_child(bool is_exec, int *go)
{
    int ready[2], gate[2];
    char byte;
    assert_int_equal(pipe(ready) | pipe(gate), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(STATE, O_RDWR);
        void *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (mapped == MAP_FAILED || write(ready[1], "", 1) != 1 || read(gate[0], &byte, 1) != 1)
            _exit(1);
        dup2(gate[0], STDIN_FILENO);
        close(gate[1]);
        if (is_exec)
            execl("/bin/sh", "sh", "-c", "echo; read line", NULL);
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    close(gate[0]);
    *go = gate[1];
    return child;
}

static void check_end(bool is_exec)
{
    struct state_builder builder;
    struct snapshot alive, ended;
    int go;
    struct live_process *process = NULL;
    state_builder_example(&builder);
    state_builder_write(&builder, STATE);
    pid_t child = start_child(is_exec, &go);
    assert_null(live_process_open(child, &process));
    take(process, &now, &alive);
    assert_false(live_process_has_ended(process));
    assert_int_equal(unlink(STATE), 0); /* who collects it at its end removes it */
    assert_int_equal(write(go, "", 1), 1);
    while (!live_process_has_ended(process))
        usleep(1000);
    take(process, &now, &ended);
    assert_memory_equal(alive.totals, ended.totals, sizeof(ended.totals));
    assert_int_equal(ended.profile->samples.count, 3);
    close(go);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(live_process_has_ended(process));
    snapshot_deinit(&alive);
    snapshot_deinit(&ended);
    live_process_close(process);
    state_builder_deinit(&builder);
}

static void a_process_that_ended_has_a_last_snapshot(void **unused)
{
    (void)unused;
    check_end(false);
}

static void an_image_that_was_replaced_has_ended(void **unused)
{
    (void)unused;
    check_end(true);
}

/* --- what it costs --- */

#define LATER  5 /* snapshots after the first */
#define SITES  100000u
#define FRAMES 20u

static int64_t cpu_us(void)
{
    int64_t sum = 0;
    for (int i = 0; i < 2; i++) {
        struct rusage usage;
        getrusage(i ? RUSAGE_CHILDREN : RUSAGE_SELF, &usage);
        sum += (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000) +
               usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    }
    return sum;
}

/* Where this program's code and its build id are; the first object is this program. */
static int note_self(struct dl_phdr_info *info, size_t bytes, void *context)
{
    struct state_module *module = context;
    (void)bytes;
    module->bias = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        const ElfW(Nhdr) *note = (const void *)(info->dlpi_addr + header->p_vaddr);
        if (header->p_type == PT_LOAD && header->p_flags & PF_X)
            module->segments[0] =
                (struct state_segment){header->p_vaddr, header->p_memsz, header->p_offset};
        if (header->p_type != PT_NOTE || note->n_type != NT_GNU_BUILD_ID)
            continue;
        module->build_id_length = note->n_descsz;
        memcpy(module->build_id, (const char *)(note + 1) + 4, note->n_descsz);
    }
    return 1;
}

/* Stacks of FRAMES frames that share the outer half; addresses all over this program. */
static void build_many(struct state_builder *builder)
{
    char path[4096] = "";
    assert_true(readlink("/proc/self/exe", path, sizeof(path) - 1) > 0);
    state_builder_init_chunks(builder, 256, 1 << 18);
    uint32_t index = state_builder_module(builder, path, 0, 4096 * 2), outer = 0;
    struct state_module *module = state_builder_module_at(builder, index);
    dl_iterate_phdr(note_self, module);
    assert_true(module->build_id_length > 0);
    uint64_t code = module->bias + module->segments[0].vaddr, bytes = module->segments[0].bytes;
    module->map_start = module->bias;
    module->map_end = code + bytes;
    state_builder_buffer(builder, 1);
    state_builder_buffer(builder, 1);
    for (uint32_t i = 0; i < FRAMES / 2; i++)
        outer = state_builder_node(builder, outer, index, code + i);
    for (uint32_t i = 0; i < SITES; i++) {
        uint32_t node = outer;
        for (uint32_t frame = 0; frame < FRAMES / 2; frame++)
            node = state_builder_node(builder, node, index,
                                      code + (i * 7919 + frame * 104729) % 88000 * 4 % bytes);
        uint32_t site = state_builder_site(builder, 1 + i % 64, node);
        state_builder_cell(builder, 1, site, 10, 10 * (1 + i % 64), 5, 5 * (1 + i % 64));
    }
}

static void a_later_snapshot_costs_a_tenth(void **unused)
{
    (void)unused;
    struct state_builder builder;
    struct snapshot first, second, difference;
    if (getenv("EMULATED"))
        skip(); /* the time it takes is the emulator's */
    assert_int_equal(setenv("MEMPROF_CACHE", "off", 1), 0); /* no names are known before */
    build_many(&builder);
    map_state(&builder);
    struct live_process *process = open_own();
    int64_t begun = cpu_us();
    take(process, &now, &first);
    int64_t first_us = cpu_us() - begun;
    /* What others do on the machine only adds: the least of some is the cost. */
    int64_t second_us = INT64_MAX;
    for (int i = 0; i < LATER; i++) {
        begun = cpu_us();
        take(process, &now, &second);
        int64_t us = cpu_us() - begun;
        second_us = us < second_us ? us : second_us;
        if (i + 1 < LATER)
            snapshot_deinit(&second);
    }
    begun = cpu_us();
    take(process, &(struct snapshot_options){.earlier = &second.counts}, &difference);
    int64_t difference_us = cpu_us() - begun;
    print_message("snapshots of %u sites: first %.1f ms, second %.1f ms (%.1f %%), what changed "
                  "%.1f ms\n",
                  SITES, (double)first_us / 1e3, (double)second_us / 1e3,
                  (double)second_us * 100 / (double)first_us, (double)difference_us / 1e3);
    assert_true(first.profile->samples.count > SITES / 2);
    assert_int_equal(first.profile->samples.count, second.profile->samples.count);
    assert_memory_equal(first.totals, second.totals, sizeof(first.totals));
    assert_int_equal(difference.profile->samples.count, 0);
#ifndef __SANITIZE_ADDRESS__
    assert_true(second_us * 10 <= first_us);
#endif
    snapshot_deinit(&first);
    snapshot_deinit(&second);
    snapshot_deinit(&difference);
    live_process_close(process);
    munmap(builder.memory, builder.bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_later_snapshot_has_what_is_new),         TEST(a_difference_is_signed),
        TEST(a_process_that_ended_has_a_last_snapshot), TEST(an_image_that_was_replaced_has_ended),
        TEST(a_later_snapshot_costs_a_tenth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
