/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of frames: this program's own, those of damaged files, and of none.
 */
#include "collector/base/clock.h"
#include "collector/symbolize.h"
#include "collector/symbols/demangle.h"
#include "collector/symbols/pipe.h"
#include "collector/symbols/workers.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PATH_BYTES 4096

static uintptr_t recorded_pc;
static int inlined_line, outer_line;

__attribute__((noinline)) static void record(void)
{
    recorded_pc = (uintptr_t)__builtin_return_address(0) - 1;
}

static inline __attribute__((always_inline)) void inlined(void)
{
    inlined_line = __LINE__ + 1;
    record();
}

__attribute__((noinline)) static void outer(void)
{
    outer_line = __LINE__ + 1;
    inlined();
    __asm__ volatile("");
}

static int note_bias(struct dl_phdr_info *info, size_t bytes, void *bias)
{
    (void)bytes;
    *(uint64_t *)bias = info->dlpi_addr; /* the first is this program */
    return 1;
}

/* A module of `path` as this program is mapped; with its build id. */
static struct module own_module(char *path)
{
    struct module module = {.path = path, .map_start = 1, .map_end = UINT64_MAX / 2};
    dl_iterate_phdr(note_bias, &module.bias);
    module.segment_count = 1;
    module.segments[0] = (struct module_segment){0, UINT64_C(1) << 32, 0};
    int fd = open("/proc/self/exe", O_RDONLY);
    const void *build_id;
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    ssize_t length = dwelf_elf_gnu_build_id(elf, &build_id);
    assert_true(length > 0 && length <= MODULE_BUILD_ID_MAX);
    memcpy(module.build_id, build_id, (size_t)length);
    module.build_id_length = (uint32_t)length;
    elf_end(elf);
    close(fd);
    return module;
}

/* Those that read symbols for more than one profile; NULL: each has its own. */
static struct symbol_workers *workers;

/* The profile of one location at `address` in `module`, symbolized. */
static struct profile *symbolize_one(const struct module *module, uint64_t address)
{
    struct module modules[2] = {{.path = (char *)""}, *module};
    struct mappings mappings;
    struct profile *profile = profile_create();
    struct symbolize_options options = {.workers = workers};
    assert_true(mappings_init(&mappings) && mappings_update(&mappings, profile, modules, 2));
    struct profile_location location = {.address = address, .mapping = 1};
    profile_add_location(profile, &location);
    /* As the leaf of a stack, so that what its call leads to is looked for, too. */
    struct profile_sample sample = {.node = profile_intern_node(profile, 0, 1)};
    profile_add_sample(profile, &sample, NULL);
    struct symbol_calls calls = {0};
    assert_true(symbolize(profile, &mappings, &options, &calls));
    symbol_calls_deinit(&calls);
    mappings_deinit(&mappings);
    return profile;
}

static const char *name_of(const struct profile *profile, uint32_t line)
{
    const struct profile_location *location = &profile->locations.items[1];
    assert_true(line < location->line_count);
    uint32_t function = profile->lines.items[location->line_first + line].function;
    return profile_string(profile, profile->functions.items[function].name);
}

static char own_path[PATH_BYTES];

static int find_path(void **unused)
{
    (void)unused;
    ssize_t length = readlink("/proc/self/exe", own_path, sizeof(own_path) - 1);
    outer();
    return length > 0 ? 0 : -1;
}

static void inlined_calls_have_their_lines(void **unused)
{
    (void)unused;
    struct module module = own_module(own_path);
    struct profile *profile = symbolize_one(&module, recorded_pc);
    const struct profile_location *location = &profile->locations.items[1];
    assert_int_equal(location->line_count, 2);
    assert_string_equal(name_of(profile, 0), "inlined");
    assert_string_equal(name_of(profile, 1), "outer");
    assert_int_equal(profile->lines.items[location->line_first].line, inlined_line);
    assert_int_equal(profile->lines.items[location->line_first + 1].line, outer_line);
    assert_true(profile->mappings.items[1].has_inlines);
    profile_destroy(profile);
}

static void another_build_s_names_are_not_used(void **unused)
{
    (void)unused;
    char expected[64];
    struct module module = own_module(own_path);
    module.build_id[0] ^= 1;
    struct profile *profile = symbolize_one(&module, recorded_pc);
    snprintf(expected, sizeof(expected), "test_symbolize+0x%llx",
             (unsigned long long)(recorded_pc - module.bias));
    assert_string_equal(name_of(profile, 0), expected);
    profile_destroy(profile);
}

static void without_a_build_id_the_file_itself_must_be_the_same(void **unused)
{
    (void)unused;
    struct stat status;
    struct module module = own_module(own_path);
    assert_int_equal(stat(own_path, &status), 0);
    module.build_id_length = 0;
    module.device = status.st_dev;
    module.inode = status.st_ino;
    module.file_bytes = (uint64_t)status.st_size;
    module.mtime_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
    struct profile *profile = symbolize_one(&module, recorded_pc);
    assert_string_equal(name_of(profile, 1), "outer");
    profile_destroy(profile);
    module.mtime_ns++;
    profile = symbolize_one(&module, recorded_pc);
    assert_non_null(strstr(name_of(profile, 0), "test_symbolize+0x"));
    profile_destroy(profile);
    module.mtime_ns--;
    module.device++;
    profile = symbolize_one(&module, recorded_pc);
    assert_non_null(strstr(name_of(profile, 0), "test_symbolize+0x"));
    profile_destroy(profile);
}

/* Copies this program with `damage` done to byte `at`, or cut there. */
static void copy_damaged(const char *to, size_t at, bool is_cut, size_t *bytes)
{
    FILE *from = fopen(own_path, "rb"), *out = fopen(to, "wb");
    static unsigned char buffer[64 << 20];
    *bytes = fread(buffer, 1, sizeof(buffer), from);
    for (size_t i = at; !is_cut && i < at + 64 && i < *bytes; i++)
        buffer[i] = (unsigned char)(buffer[i] * 7 + 13);
    fwrite(buffer, 1, is_cut ? at : *bytes, out);
    fclose(from);
    fclose(out);
}

static void a_damaged_file_costs_names_only(void **unused)
{
    (void)unused;
    char path[] = "damaged-copy";
    size_t bytes;
    struct module module = own_module(path);
    char absolute[PATH_BYTES + 32];
    assert_non_null(getcwd(absolute, PATH_BYTES));
    strcat(absolute, "/damaged-copy");
    module.path = absolute;
    copy_damaged(path, 0, true, &bytes);
    size_t step = bytes / 60;
    for (size_t at = step / 3; at < bytes; at += step)
        for (int is_cut = 0; is_cut < 2; is_cut++) {
            copy_damaged(path, at, is_cut, &bytes);
            struct profile *profile = symbolize_one(&module, recorded_pc);
            assert_true(profile->locations.items[1].line_count >= 1);
            profile_destroy(profile);
        }
    unlink(path);
}

/* With names as they are; returns who read them. */
static pid_t reader_of_right_names(const struct module *module)
{
    struct profile *profile = symbolize_one(module, recorded_pc);
    assert_string_equal(name_of(profile, 0), "inlined");
    assert_string_equal(name_of(profile, 1), "outer");
    profile_destroy(profile);
    return workers->children[0].pid;
}

/* Who asks a worker again looks at how much memory it has, which is the emulator's there. */
static void skip_if_emulated(void **unused)
{
    (void)unused;
    if (getenv("EMULATED"))
        skip();
}

static void one_worker_does_all_jobs_and_a_dead_one_costs_nothing(void **unused)
{
    skip_if_emulated(unused);
    struct symbol_workers shared = {.is_shared = true};
    struct module module = own_module(own_path);
    setenv("MEMPROF_CACHE", "off", 1);
    workers = &shared;
    pid_t first = reader_of_right_names(&module);
    assert_true(first > 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(reader_of_right_names(&module), first);
    assert_int_equal(kill(first, SIGKILL), 0);
    pid_t second = reader_of_right_names(&module);
    assert_true(second > 0 && second != first);
    assert_int_equal(reader_of_right_names(&module), second);
    symbol_workers_deinit(&shared);
    assert_int_equal(kill(second, 0), -1);
    workers = NULL;
    unsetenv("MEMPROF_CACHE");
}

/* What it reads of a damaged file may kill it, and must not change the next one's names. */
static void the_job_after_a_damaged_file_is_done_as_ever(void **unused)
{
    skip_if_emulated(unused);
    struct symbol_workers shared = {.is_shared = true};
    struct module module = own_module(own_path), damaged = own_module(own_path);
    char absolute[PATH_BYTES + 32];
    size_t bytes;
    unsigned started = 0;
    pid_t last = 0;
    assert_non_null(getcwd(absolute, PATH_BYTES));
    strcat(absolute, "/damaged-copy");
    damaged.path = absolute;
    setenv("MEMPROF_CACHE", "off", 1);
    workers = &shared;
    copy_damaged("damaged-copy", 0, true, &bytes);
    for (size_t at = bytes / 60; at < bytes; at += bytes / 30) {
        copy_damaged("damaged-copy", at, false, &bytes);
        profile_destroy(symbolize_one(&damaged, recorded_pc));
        pid_t pid = reader_of_right_names(&module);
        started += pid != last;
        last = pid;
    }
    assert_true(started < 15);
    symbol_workers_deinit(&shared);
    workers = NULL;
    unsetenv("MEMPROF_CACHE");
    unlink("damaged-copy");
}

static void frames_without_a_file_are_named_too(void **unused)
{
    (void)unused;
    struct module module = own_module(own_path);
    module.path = (char *)"[vdso]";
    struct profile *profile = symbolize_one(&module, module.bias + 0x123);
    assert_string_equal(name_of(profile, 0), "[vdso]+0x123");
    profile_destroy(profile);
    module.path = (char *)"/gone/libx.so (deleted)";
    profile = symbolize_one(&module, module.bias + 0x123);
    assert_string_equal(name_of(profile, 0), "libx.so+0x123");
    profile_destroy(profile);
}

static void names_are_demangled(void **unused)
{
    (void)unused;
    static const char *const pairs[][2] = {
        {"_ZN12_GLOBAL__N_13fooEv", "(anonymous namespace)::foo()"},
        {"_ZNK6widget5cloneEv", "widget::clone() const"},
        {"_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write"},
        {"_RNvCskwGfYPst2Cb_3foo3bar", "foo::bar"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char *name = demangle(pairs[i][0]);
        assert_non_null(name);
        assert_string_equal(name, pairs[i][1]);
        free(name);
    }
    assert_null(demangle("main"));
    assert_null(demangle("_Znonsense"));
}

static void a_talker_of_nonsense_is_not_listened_to(void **unused)
{
    (void)unused;
    static struct symbol_message message;
    static const uint32_t records[][4] = {
        {'X', 1, 0, 0},
        {SYMBOL_LOCATION, 1, SYMBOL_PIPE_LINES_MAX + 1, 0},
        {SYMBOL_FUNCTION, 1, UINT32_MAX, 0},
        {SYMBOL_LOCATION, 1, 200, 0}, /* and then nothing */
    };
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], records[i], sizeof(records[i])), sizeof(records[i]));
        close(ends[1]);
        struct symbol_reader *reader = calloc(1, sizeof(*reader));
        reader->fd = ends[0];
        assert_false(symbol_read(reader, &message));
        symbol_reader_deinit(reader);
        free(reader);
        close(ends[0]);
    }
}

static void who_is_silent_is_not_waited_for(void **unused)
{
    (void)unused;
    static struct symbol_message message;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct symbol_reader *reader = calloc(1, sizeof(*reader));
    reader->fd = ends[0];
    reader->silence_ms = 20;
    assert_false(symbol_read(reader, &message));
    reader->silence_ms = 0;
    reader->deadline_ms = clock_now_ms() + 20;
    assert_false(symbol_read(reader, &message));
    symbol_reader_deinit(reader);
    free(reader);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inlined_calls_have_their_lines),
        cmocka_unit_test(another_build_s_names_are_not_used),
        cmocka_unit_test(without_a_build_id_the_file_itself_must_be_the_same),
        cmocka_unit_test(a_damaged_file_costs_names_only),
        cmocka_unit_test(one_worker_does_all_jobs_and_a_dead_one_costs_nothing),
        cmocka_unit_test(the_job_after_a_damaged_file_is_done_as_ever),
        cmocka_unit_test(frames_without_a_file_are_named_too),
        cmocka_unit_test(names_are_demangled),
        cmocka_unit_test(a_talker_of_nonsense_is_not_listened_to),
        cmocka_unit_test(who_is_silent_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, find_path, NULL);
}
