/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of profiles, and what is never overwritten.
 */
#include "collector/naming.h"
#include "collector/output.h"
#include "collector/output_name.h"
#include "collector/profile/gzip_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "test-output-XXXXXX";

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* What comes between the look at a name and its taking: another writer, who makes
 * `made_meanwhile` the moment before it is taken.  These stand in place of libc's. */
static const char *made_meanwhile;
static bool is_without_proc; /* a file without a name could not get one */

static void make_file(int where, const char *name, const char *text, uint64_t modified_ns)
{
    const struct timespec times[2] = {
        {0, UTIME_OMIT}, {(time_t)(modified_ns / 1000000000), (long)(modified_ns % 1000000000)}};
    int fd = openat(where, "theirs.tmp", O_CREAT | O_EXCL | O_WRONLY, 0600);
    if (fd < 0 || write(fd, text, strlen(text)) < 0 || futimens(fd, times) != 0 || close(fd) != 0 ||
        renameat(where, "theirs.tmp", where, name) != 0)
        abort();
}

static void meanwhile(int where, const char *name)
{
    if (made_meanwhile && strcmp(name, made_meanwhile) == 0) {
        made_meanwhile = NULL;
        make_file(where, name, "theirs", now_ns());
    }
}

int linkat(int from_where, const char *from, int where, const char *name, int flags)
{
    meanwhile(where, name);
    return (int)syscall(SYS_linkat, from_where, from, where, name, flags);
}

int renameat2(int from_where, const char *from, int where, const char *name, unsigned flags)
{
    meanwhile(where, name);
    return (int)syscall(SYS_renameat2, from_where, from, where, name, flags);
}

int access(const char *name, int mode)
{
    if (is_without_proc && strncmp(name, "/proc/", 6) == 0) {
        errno = ENOENT;
        return -1;
    }
    return faccessat(AT_FDCWD, name, mode, 0);
}

static struct state_info a_process(const char *out)
{
    static char cwd[4096];
    if (!getcwd(cwd, sizeof(cwd)))
        abort();
    return (struct state_info){.pid = 77,
                               .comm = (char *)"app",
                               .exe = (char *)"/bin/app",
                               .cwd = cwd,
                               .out = (char *)out,
                               .start_ns = now_ns()};
}

/* Writes `text` as a profile of this process; the name it got, or (error) why not. */
static char *write_so(const struct state_info *info, const struct naming_origin *origin,
                      const struct collect_options *options, const char *text)
{
    static char name[4096];
    struct naming naming;
    struct output output;
    struct gzip_writer writer;
    naming_decide(&naming, info, origin, options);
    struct error *error = output_init(&output, info, &naming);
    if (!error)
        error = output_open(&output);
    if (!error) {
        assert_true(gzip_writer_init(&writer, output.file.fd, 1));
        gzip_writer_add(&writer, text, strlen(text));
        assert_true(gzip_writer_finish(&writer));
        gzip_writer_deinit(&writer);
        error = output_commit(&output);
    }
    snprintf(name, sizeof(name), "%s", error ? error_message(error) : output.path);
    error_destroy(error);
    output_deinit(&output);
    return strrchr(name, '/') && !error ? strrchr(name, '/') + 1 : name;
}

/* At the process's own end. */
static char *write_text(const struct state_info *info, const char *text)
{
    return write_so(info, &(struct naming_origin){.is_ours = true},
                    &(struct collect_options){.at_exit = true}, text);
}

static unsigned count_files(void)
{
    unsigned count;
    FILE *list = popen("ls -A | wc -l", "r");
    assert_int_equal(fscanf(list, "%u", &count), 1);
    pclose(list);
    return count;
}

static int enter(void **unused)
{
    (void)unused;
    char template[] = "test-output-XXXXXX";
    return mkdtemp(template) && strcpy(directory, template) && chdir(directory) == 0 ? 0 : -1;
}

static int leave(void **unused)
{
    char command[64];
    (void)unused;
    snprintf(command, sizeof(command), "rm -rf %s", directory);
    return chdir("..") == 0 && system(command) == 0 ? 0 : -1;
}

static void the_template_is_expanded(void **unused)
{
    (void)unused;
    struct state_info info = a_process(NULL);
    setenv("TZ", "UTC", 1);
    info.start_ns = UINT64_C(1700000000) * 1000000000;
    char *name = output_expand("%e-%p-%t-%%-%x%", &info);
    assert_string_equal(name, "app-77-20231114-221320-%-%x%");
    free(name);
    info.comm = (char *)"../a\nb";
    name = output_expand("%e", &info);
    assert_string_equal(name, "_._a_b");
    free(name);
    info.comm = (char *)"..";
    name = output_expand("%e", &info);
    assert_string_equal(name, "unknown");
    free(name);
}

static void an_older_file_is_replaced_and_a_newer_one_kept(void **unused)
{
    (void)unused;
    struct state_info before = a_process("p");
    assert_string_equal(write_text(&before, "one"), "p");
    struct state_info later = a_process("p");
    assert_string_equal(write_text(&later, "two"), "p");
    assert_string_equal(write_text(&later, "three"), "p.77");
    assert_string_equal(write_text(&later, "four"), "p.77.2");
    later.out = (char *)"q.%p";
    assert_string_equal(write_text(&later, "one"), "q.77");
    assert_string_equal(write_text(&later, "two"), "q.77.2");
    struct stat status;
    assert_int_equal(stat("p", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(count_files(), 5);
}

static void not_the_first_process_of_a_run_adds_its_pid(void **unused)
{
    (void)unused;
    struct state_info info = a_process("p");
    info.is_child = true;
    assert_string_equal(write_text(&info, "x"), "p.77");
    info.is_first = true;
    assert_string_equal(write_text(&info, "x"), "p");
    const struct naming_origin ours = {.is_ours = true};
    info.is_first = false;
    assert_string_equal(write_so(&info, &ours, &(struct collect_options){.out = "wanted"}, "x"),
                        "wanted");
    const struct collect_options run = {.out = "q", .run_began_ns = now_ns()};
    assert_string_equal(write_so(&info, &ours, &run, "x"), "q.77");
}

/* Their file of this name is whole, mine has the next one. */
static void both_are_there(const char *mine)
{
    char text[16] = "";
    int fd = open("p", O_RDONLY);
    assert_int_equal(read(fd, text, sizeof(text) - 1), 6);
    close(fd);
    assert_string_equal(text, "theirs");
    assert_string_equal(mine, "p.77");
    assert_int_equal(access("p.77", F_OK), 0);
    assert_int_equal(count_files(), 2); /* and nothing of the attempt */
}

static void what_comes_between_the_look_and_the_name_is_kept(void **unused)
{
    (void)unused;
    struct state_info info = a_process("p");
    for (int n = 0; n < 4; n++) {
        is_without_proc = n % 2;
        if (n >= 2) /* an older one, which may be replaced while it is the one that was seen */
            make_file(AT_FDCWD, "p", "", info.start_ns - 1000000000);
        made_meanwhile = "p";
        both_are_there(write_text(&info, "mine"));
        assert_null(made_meanwhile);
        unlink("p");
        unlink("p.77");
    }
    is_without_proc = false;
}

static void links_and_other_things_are_refused(void **unused)
{
    (void)unused;
    struct state_info info = a_process("link");
    assert_int_equal(symlink("/etc/passwd", "link"), 0);
    assert_non_null(strstr(write_text(&info, "x"), "symbolic link"));
    info.out = (char *)"fifo";
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_non_null(strstr(write_text(&info, "x"), "not a regular file"));
    info.out = (char *)"missing/p";
    assert_non_null(strstr(write_text(&info, "x"), "No such file"));
    info.out = (char *)"link/p";
    assert_non_null(strstr(write_text(&info, "x"), "Not a directory"));
    if (geteuid() == 0) {
        close(open("theirs", O_CREAT | O_WRONLY, 0600));
        info.out = (char *)"theirs";
        if (chown("theirs", 65534, 65534) == 0)
            assert_non_null(strstr(write_text(&info, "x"), "another user"));
        else
            assert_int_equal(errno, EINVAL); /* a namespace without other users */
        unlink("theirs");
    }
    assert_int_equal(count_files(), 2); /* no temporary file is left */
}

static void a_file_that_is_no_profile_of_ours_is_refused(void **unused)
{
    (void)unused;
    struct state_info info = a_process("text");
    int fd = open("text", O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(fd, "precious, and long enough", 25), 25);
    close(fd);
    assert_non_null(strstr(write_text(&info, "x"), "no profile of memprof's"));
    info.out = (char *)"empty"; /* as mktemp makes it */
    close(open("empty", O_CREAT | O_WRONLY, 0600));
    info.start_ns = now_ns() + 1000000000;
    assert_string_equal(write_text(&info, "x"), "empty");
    assert_int_equal(count_files(), 2);
}

/* Whoever wrote them: a state says nothing of where, and replaces what the caller named. */
static void a_state_does_not_decide_where(void **unused)
{
    (void)unused;
    struct state_info info = a_process("/etc/cron.d/evil");
    const struct naming_origin stranger = {.is_ours = false}, ours = {.is_ours = true},
                               named = {true, "app.77.0123456789abcdef.state"};
    const struct collect_options none = {0}, given = {.out = "p"};
    struct collect_options run = {.out = "%e.%p", .run_began_ns = UINT64_MAX};
    info.cwd = (char *)"/etc";
    info.start_ns = UINT64_MAX;
    unsetenv("MEMPROF_OUT");
    assert_string_equal(write_so(&info, &stranger, &none, "x"), "memprof.app.77.pb.gz");
    assert_string_equal(write_so(&info, &ours, &none, "x"), "memprof.app.77.pb.gz.2");
    assert_int_equal(access("memprof.app.77.pb.gz", F_OK), 0);
    assert_string_equal(write_so(&info, &stranger, &run, "x"), "app.77");
    assert_string_equal(write_so(&info, &stranger, &run, "x"), "app.77.2");
    assert_string_equal(write_so(&info, &ours, &run, "x"), "app.77.3");
    assert_string_equal(write_so(&info, &named, &run, "x"), "app.77");
    info.comm = (char *)"other";
    assert_string_equal(write_so(&info, &named, &run, "x"), "other.77");
    assert_string_equal(write_so(&info, &named, &run, "x"), "other.77.2");
    run.out = "p";
    assert_string_equal(write_so(&info, &ours, &run, "x"), "p");
    assert_string_equal(write_so(&info, &ours, &run, "x"), "p");
    assert_string_equal(write_so(&info, &stranger, &run, "x"), "p.77");
    assert_string_equal(write_so(&info, &ours, &given, "x"), "p.77.2");
    setenv("MEMPROF_OUT", "mine", 1);
    assert_string_equal(write_so(&info, &ours, &none, "x"), "mine");
    unsetenv("MEMPROF_OUT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_template_is_expanded),
        cmocka_unit_test_setup_teardown(an_older_file_is_replaced_and_a_newer_one_kept, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(not_the_first_process_of_a_run_adds_its_pid, enter, leave),
        cmocka_unit_test_setup_teardown(what_comes_between_the_look_and_the_name_is_kept, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(links_and_other_things_are_refused, enter, leave),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_profile_of_ours_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(a_state_does_not_decide_where, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
