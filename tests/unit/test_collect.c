/* SPDX-License-Identifier: Apache-2.0
 *
 * States in a directory: collected, kept, listed, pruned, alive or not.
 */
#include "collector/collect.h"
#include "collector/profile/file.h"
#include "collector/state/dirs.h"
#include "collector/state/list.h"
#include "state_builder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define STATE state_name
static char state_name[64]; /* random, as it is in life: whose name is mapped elsewhere is live */

static char directory[32];

/* The lock of a state, in place of libc's.  `takes_over`, if set, gets the state's name in the
 * moment after the state was opened. */
static const char *takes_over;

int flock(int fd, int operation)
{
    if (takes_over && operation & LOCK_EX) {
        if (rename(takes_over, STATE) != 0)
            abort();
        takes_over = NULL;
    }
    return (int)syscall(SYS_flock, fd, operation);
}

static int enter(void **unused)
{
    (void)unused;
    strcpy(directory, "test-collect-XXXXXX");
    if (!mkdtemp(directory) || chdir(directory) != 0)
        return -1;
    uint64_t number;
    if (getrandom(&number, sizeof(number), 0) != sizeof(number))
        return -1;
    snprintf(state_name, sizeof(state_name), "example.4194304.%016llx.state",
             (unsigned long long)number);
    struct state_builder builder;
    state_builder_example(&builder);
    state_builder_header(&builder)->run_id = 0xabc;
    state_builder_header(&builder)->out = state_builder_string(&builder, "/nowhere/at/all");
    state_builder_write(&builder, STATE);
    state_builder_deinit(&builder);
    return 0;
}

static int leave(void **unused)
{
    char command[64];
    (void)unused;
    snprintf(command, sizeof(command), "rm -rf %s", directory);
    return chdir("..") == 0 && system(command) == 0 ? 0 : -1;
}

static void *map_state(size_t *bytes)
{
    struct stat status;
    int fd = open(STATE, O_RDWR);
    assert_int_equal(fstat(fd, &status), 0);
    *bytes = (size_t)status.st_size;
    void *base = mmap(NULL, *bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return base;
}

static void a_dead_process_s_state_is_collected_and_removed(void **unused)
{
    (void)unused;
    struct collect_options options = {.out = "p.pb.gz"};
    struct collect_result result;
    close(open("run-0000000000000abc.log", O_CREAT | O_WRONLY, 0600));
    assert_null(collect_path(STATE, &options, &result));
    assert_string_equal(result.path, "p.pb.gz");
    assert_string_equal(result.exe, "/usr/bin/example");
    assert_int_equal(result.totals[PROFILE_ALLOC_SPACE], 240 + 300 + 28672);
    assert_int_equal(result.samples, 42);
    assert_false(result.is_live);
    assert_true(result.has_removed_state);
    assert_int_equal(access(STATE, F_OK), -1);
    collect_result_deinit(&result);

    char line[512];
    FILE *log = fopen("run-0000000000000abc.log", "r");
    assert_non_null(fgets(line, sizeof(line), log));
    static const char expected[] =
        "4194304\t0\t25\t29212\t12\t28752\t524288\t42\t0\t0\t/usr/bin/example\t/";
    assert_memory_equal(line, expected, strlen(expected));
    assert_null(fgets(line, sizeof(line), log));
    fclose(log);

    struct profile *profile;
    assert_null(profile_read("p.pb.gz", &profile));
    assert_int_equal(profile->samples.count, 3);
    assert_string_equal(profile_string(profile, profile->default_type), "inuse_space");
    assert_string_equal(profile_string(profile, profile->functions.items[1].name),
                        "example+0x1000");
    profile_destroy(profile);
}

static void a_state_that_took_the_name_over_stays(void **unused)
{
    (void)unused;
    struct collect_options options = {.out = "p.pb.gz"};
    struct collect_result result;
    struct stat newcomer, left;
    char command[128];
    snprintf(command, sizeof(command), "cp %s newcomer", STATE);
    assert_int_equal(system(command), 0);
    assert_int_equal(stat("newcomer", &newcomer), 0);
    takes_over = "newcomer";
    assert_null(collect_path(STATE, &options, &result));
    assert_null(takes_over);
    assert_false(result.has_removed_state);
    assert_int_equal(stat(STATE, &left), 0);
    assert_int_equal(left.st_ino, newcomer.st_ino);
    collect_result_deinit(&result);
}

static void what_fails_keeps_the_state(void **unused)
{
    (void)unused;
    struct collect_options options = {.at_exit = true}; /* to /nowhere/at/all */
    struct collect_result result;
    struct error *error = collect_path(STATE, &options, &result);
    assert_non_null(strstr(error_message(error), "/nowhere/at"));
    error_destroy(error);
    collect_result_deinit(&result);
    assert_int_equal(access(STATE, F_OK), 0);

    int fd = open(STATE, O_RDONLY);
    flock(fd, LOCK_EX);
    options = (struct collect_options){.out = "p.pb.gz"};
    error = collect_path(STATE, &options, &result);
    assert_non_null(strstr(error_message(error), "already"));
    error_destroy(error);
    collect_result_deinit(&result);
    close(fd);
    assert_int_equal(access("p.pb.gz", F_OK), -1);

    assert_int_equal(symlink(STATE, "link.state"), 0);
    error = collect_path("link.state", &options, &result);
    assert_non_null(strstr(error_message(error), "symbolic link"));
    error_destroy(error);
    collect_result_deinit(&result);
}

static void a_state_that_is_mapped_is_live_and_stays(void **unused)
{
    (void)unused;
    size_t bytes;
    void *base = map_state(&bytes);
    struct collect_options options = {.out = "p.pb.gz"};
    struct collect_result result;
    assert_null(collect_path(STATE, &options, &result));
    assert_true(result.is_live);
    assert_false(result.has_removed_state);
    collect_result_deinit(&result);
    assert_null(collect_pid(getpid(), &options, &result));
    assert_true(result.is_live);
    collect_result_deinit(&result);
    assert_int_equal(access(STATE, F_OK), 0);

    struct state_list list;
    size_t removed;
    assert_null(state_list_init(&list, "."));
    assert_int_equal(list.count, 1);
    assert_true(list.entries[0].is_live && list.entries[0].is_valid);
    state_list_deinit(&list);
    assert_null(state_prune(".", 0, &removed));
    assert_int_equal(removed, 0);
    munmap(base, bytes);
    assert_null(state_prune(".", UINT64_C(3600) * 1000000000, &removed));
    assert_int_equal(removed, 0);
    assert_null(state_prune(".", 0, &removed));
    assert_int_equal(removed, 1);
}

static void lists_tell_states_from_other_files(void **unused)
{
    (void)unused;
    struct state_list list;
    close(open("foreign.state", O_CREAT | O_WRONLY, 0600));
    close(open("readme", O_CREAT | O_WRONLY, 0600));
    assert_int_equal(symlink(STATE, "link.state"), 0);
    assert_int_equal(mkdir("dir.state", 0700), 0);
    assert_int_equal(mkfifo("fifo.state", 0600), 0);
    assert_null(state_list_init(&list, "."));
    assert_int_equal(list.count, 2);
    const struct state_entry *valid = &list.entries[list.entries[1].is_valid ? 1 : 0];
    assert_true(valid->is_valid);
    assert_int_equal(valid->pid, 4194304);
    assert_int_equal(valid->run_id, 0xabc);
    assert_int_equal(valid->samples, 42);
    state_list_deinit(&list);
    struct error *error = state_list_init(&list, "missing");
    assert_non_null(error);
    error_destroy(error);
}

static void a_process_without_a_state_is_said_so(void **unused)
{
    (void)unused;
    struct collect_options options = {0};
    struct collect_result result;
    struct error *error = collect_pid(getpid(), &options, &result);
    assert_non_null(strstr(error_message(error), "does not record"));
    error_destroy(error);
    error = collect_pid(4194304, &options, &result);
    assert_non_null(strstr(error_message(error), "no such process"));
    error_destroy(error);
}

static void a_squatted_state_directory_is_not_used(void **unused)
{
    (void)unused;
    char *path;
    int fd;
    assert_int_equal(setenv("MEMPROF_DIR", "states", 1), 0);
    assert_null(state_directory(true, &path, &fd));
    assert_string_equal(path, "states");
    assert_int_equal(close(fd), 0);
    free(path);
    assert_int_equal(chmod("states", 0777), 0);
    struct error *error = state_directory(true, &path, &fd);
    assert_non_null(strstr(error_message(error), "private"));
    error_destroy(error);
    assert_int_equal(rmdir("states"), 0);
    close(open("states", O_CREAT | O_WRONLY, 0600));
    error = state_directory(true, &path, &fd);
    assert_non_null(error);
    error_destroy(error);
    unsetenv("MEMPROF_DIR");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_dead_process_s_state_is_collected_and_removed),
        TEST(a_state_that_took_the_name_over_stays),
        TEST(what_fails_keeps_the_state),
        TEST(a_state_that_is_mapped_is_live_and_stays),
        TEST(lists_tell_states_from_other_files),
        TEST(a_process_without_a_state_is_said_so),
        TEST(a_squatted_state_directory_is_not_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
