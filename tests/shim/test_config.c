/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/config.h"
#include "preload/state.h"
#include "tests/shim/host.h"

#include <stdio.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char said[4096];

/* Reads one variable (and `more`), and what is said on stderr. */
static void read_options(const char *first, const char *more)
{
    char *envp[] = {(char *)first, (char *)more, NULL};
    int before = dup(STDERR_FILENO), to[2];
    assert_int_equal(pipe(to), 0);
    dup2(to[1], STDERR_FILENO);
    close(to[1]);
    memset(&config, 0, sizeof config);
    config_init(NULL, envp);
    dup2(before, STDERR_FILENO);
    close(before);
    ssize_t got = read(to[0], said, sizeof said - 1);
    said[got > 0 ? got : 0] = '\0';
    close(to[0]);
}

static void numbers_have_suffixes(void **unused)
{
    (void)unused;
    static const struct {
        const char *given;
        uint64_t meant;
    } good[] = {{"MEMPROF_INTERVAL=1", 1},         {"MEMPROF_INTERVAL=64K", 65536},
                {"MEMPROF_INTERVAL=64k", 65536},   {"MEMPROF_INTERVAL=3M", 3 << 20},
                {"MEMPROF_INTERVAL=1G", 1 << 30},  {"MEMPROF_INTERVAL=", 512 << 10},
                {"MEMPROF_INTERVALX=1", 512 << 10}};
    for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
        read_options(good[i].given, NULL);
        assert_int_equal(config.interval_bytes, good[i].meant);
        assert_string_equal(said, "");
        assert_true(config.enabled);
    }
}

static void nonsense_is_named_in_one_line_and_the_default_used(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"MEMPROF_INTERVAL=0",
                                      "MEMPROF_INTERVAL=-1",
                                      "MEMPROF_INTERVAL=1x",
                                      "MEMPROF_INTERVAL=1 ",
                                      "MEMPROF_INTERVAL=K",
                                      "MEMPROF_INTERVAL=1KK",
                                      "MEMPROF_INTERVAL=99999999999999999999",
                                      "MEMPROF_INTERVAL=17179869185G", /* 1G, if it wrapped */
                                      "MEMPROF_DEPTH=3",
                                      "MEMPROF_DEPTH=64K",
                                      "MEMPROF_STATE_MAX=1",
                                      "MEMPROF_LIFETIMES=1025",
                                      "MEMPROF_LIFETIMES=8x",
                                      "MEMPROF_LIFETIMES=-1",
                                      "MEMPROF_UNWIND=magic"};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        read_options(bad[i], NULL);
        char name[64];
        snprintf(name, sizeof name, "memprof: %.*s", (int)strcspn(bad[i], "="), bad[i]);
        assert_int_equal(strncmp(said, name, strlen(name)), 0);
        assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
        assert_int_equal(config.interval_bytes, 512 << 10);
        assert_int_equal(config.depth, 512);
        assert_int_equal(config.state_max_bytes, 64 << 20);
        assert_int_equal(config.lifetimes, 0);
    }
}

static void paths_are_absolute_from_the_start(void **unused)
{
    (void)unused;
    char cwd[CONFIG_PATH_MAX], wanted[CONFIG_PATH_MAX + 16];
    assert_non_null(getcwd(cwd, sizeof cwd));
    snprintf(wanted, sizeof wanted, "%s/there", cwd);
    read_options("MEMPROF_DIR=there", "MEMPROF_COLLECTOR=/some/where");
    assert_string_equal(config.dir, wanted);
    assert_string_equal(config.collector, "/some/where");
    assert_string_equal(config.cwd, cwd);
    assert_int_equal(config.exe[0], '/');
    read_options("MEMPROF_COLLECTOR=none", "MEMPROF_OUT=%e.%p");
    assert_true(config.collector_none);
    assert_string_equal(config.out, "%e.%p");
}

static void a_path_that_is_too_long_is_named(void **unused)
{
    (void)unused;
    static char given[10 * 1024] = "MEMPROF_DIR=/";
    memset(given + strlen(given), 'x', sizeof given - strlen(given) - 1);
    read_options(given, NULL);
    assert_non_null(strstr(said, "MEMPROF_DIR"));
    assert_true(strlen(said) < 600);
    assert_string_equal(config.dir, "");
}

static void the_run_is_known_by_id_and_first_process(void **unused)
{
    (void)unused;
    read_options("MEMPROF_RUN=00000000deadbeef.123./log.d/ of", NULL);
    assert_int_equal(config.run_id, 0xdeadbeef);
    assert_int_equal(config.first_pid, 123);
    assert_string_equal(config.run_log, "/log.d/ of/run-00000000deadbeef.log");
    static const char *const bad[] = {"MEMPROF_RUN=zz.1./d", "MEMPROF_RUN=1", "MEMPROF_RUN=1.x./d",
                                      "MEMPROF_RUN=1.2", "MEMPROF_RUN=1.2.d"};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        read_options(bad[i], NULL);
        assert_int_equal(config.run_id, 0);
        assert_int_equal(config.first_pid, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_suffixes),
        cmocka_unit_test(nonsense_is_named_in_one_line_and_the_default_used),
        cmocka_unit_test(paths_are_absolute_from_the_start),
        cmocka_unit_test(a_path_that_is_too_long_is_named),
        cmocka_unit_test(the_run_is_known_by_id_and_first_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
