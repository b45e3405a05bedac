/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the environment block itself: getenv may not work yet, and the target
 * may change its environment.  Nothing here allocates.
 */
#include "preload/process/config.h"
#include "preload/base/number.h"
#include "preload/base/random.h"
#include "preload/base/sys.h"
#include "preload/base/text.h"
#include "preload/options.h"
#include "preload/process/beside.h"
#include "preload/process/log.h"
#include "preload/run.h"
#include "preload/state.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct config config;

static_assert(CONFIG_PATH_MAX == BESIDE_PATH_MAX, "a program's path fits");

/* The value of `name` in envp, or NULL; an empty one counts as not set. */
static const char *value_of(char **envp, const char *name)
{
    size_t length = strlen(name);
    for (char **entry = envp; entry && *entry; entry++)
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
            return (*entry)[length + 1] ? *entry + length + 1 : NULL;
    return NULL;
}

static void read_number(char **envp, const char *name, bool suffixes, uint64_t least, uint64_t most,
                        uint64_t *value)
{
    const char *given = value_of(envp, name);
    uint64_t number = 0;
    if (!given)
        return;
    bool is_number = suffixes ? number_parse_bytes(given, &number) : number_parse(given, &number);
    if (is_number && number >= least && number <= most) {
        *value = number;
        return;
    }
    char shown[64], default_shown[24];
    struct text s = {shown, sizeof shown, 0}, d = {default_shown, sizeof default_shown, 0};
    text_add(&s, given);
    text_add_number(&d, *value, 10, 1);
    log_line(name, "=", shown, ": not a number, or out of range",
             suffixes ? " (suffixes K M G)" : "", "; using ", default_shown, NULL);
}

static void read_path(char **envp, const char *name, char into[CONFIG_PATH_MAX])
{
    const char *given = value_of(envp, name);
    if (!given)
        return;
    if (strlen(given) >= OPTION_PATH_MAX) {
        char most[24];
        struct text number = {most, sizeof most, 0};
        text_add_number(&number, OPTION_PATH_MAX - 1, 10, 1);
        log_line(name, ": longer than ", most, " bytes; ignored", NULL);
        return;
    }
    struct text text = {into, CONFIG_PATH_MAX, 0};
    text_add(&text, given);
}

static void read_unwinder(char **envp)
{
    static const char *const names[] = {OPTION_UNWINDERS};
    static_assert(STATE_UNWIND_CFI == 0 && STATE_UNWIND_DIFF == 3, "the order of the names");
    const char *given = value_of(envp, "MEMPROF_UNWIND");
    config.unwinder = STATE_UNWIND_CFI;
    if (!given)
        return;
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(given, names[i]) == 0) {
            config.unwinder = i;
            return;
        }
    char shown[64];
    struct text s = {shown, sizeof shown, 0};
    text_add(&s, given);
    log_line("MEMPROF_UNWIND=", shown, ": unknown; try cfi, fp or libunwind; using ",
             names[config.unwinder], NULL);
}

static void read_run(char **envp)
{
    const char *given = value_of(envp, RUN_VARIABLE);
    struct run_variable run;
    if (!given || !run_variable_read(given, &run) || strlen(run.directory) >= OPTION_PATH_MAX)
        return;
    struct text log = {config.run_log, CONFIG_PATH_MAX, 0};
    text_add(&log, run.directory);
    text_add(&log, "/");
    run_log_name(&log, run.id);
    config.run_id = run.id;
    config.first_pid = run.pid;
}

/* A path from the environment means what it meant at start, wherever the target
 * goes later. */
static void make_absolute(char path[CONFIG_PATH_MAX])
{
    static char joined[CONFIG_PATH_MAX]; /* the stack may be a small one */
    if (!path[0] || path[0] == '/' || !config.cwd[0])
        return;
    struct text text = {joined, sizeof joined, 0};
    text_add(&text, config.cwd);
    text_add(&text, "/");
    text_add(&text, path);
    memcpy(path, joined, text.length + 1);
}

static void find_self(void)
{
    /* If the kernel mapped no loader, the loader was run as a program and /proc/self/exe names
     * the loader's file. */
    bool by_loader = getauxval(AT_BASE) == 0, relative = false;
    ssize_t length = by_loader ? 0 : readlink("/proc/self/exe", config.exe, sizeof config.exe - 1);
    if (length <= 0) {
        const char *name = (const char *)getauxval(AT_EXECFN);
        struct text text = {config.exe, sizeof config.exe, 0};
        name = name ? name : "unknown";
        text_add(&text, strncmp(name, "./", 2) == 0 ? name + 2 : name);
        relative = strchr(name, '/') != NULL;
    }
    if (!getcwd(config.cwd, sizeof config.cwd) || config.cwd[0] != '/')
        config.cwd[0] = '\0';
    if (relative)
        make_absolute(config.exe);
}

static void copy_arguments(char **argv)
{
    for (; argv && *argv; argv++) {
        size_t room = sizeof config.arguments - 1 - config.arguments_bytes;
        size_t bytes = strnlen(*argv, room);
        memcpy(config.arguments + config.arguments_bytes, *argv, bytes);
        config.arguments_bytes += bytes < room ? bytes + 1 : bytes; /* with the zero */
    }
}

/* The collector is where MEMPROF_COLLECTOR says, else beside the library; memprof-end is always
 * beside the library. */
static void find_collector(char **envp)
{
    const char *given = value_of(envp, "MEMPROF_COLLECTOR");
    if (given && strcmp(given, "none") == 0) {
        config.collector_none = true;
        return;
    }
    read_path(envp, "MEMPROF_COLLECTOR", config.collector);
    make_absolute(config.collector);
    if (!config.collector[0])
        beside_find("memprof-collect", config.cwd, config.collector);
    beside_find("memprof-end", config.cwd, config.end_program);
}

bool config_parent_is_profiled(void)
{
    static char block[4096 + 16]; /* the stack may be a small one */
    char name[32];
    const char *needle = "/libmemprof.so";
    size_t length = strlen(needle), kept = 0;
    bool found = false;
    struct text text = {name, sizeof name, 0};
    text_add(&text, "/proc/");
    text_add_number(&text, (uint64_t)getppid(), 10, 1);
    text_add(&text, "/maps");
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got;
    while (!found && (got = read(fd, block + kept, 4096)) > 0) {
        size_t have = kept + (size_t)got;
        found = memmem(block, have, needle, length) != NULL;
        kept = have < length ? have : length;
        memmove(block, block + have - kept, kept);
    }
    close(fd);
    return found;
}

void config_init(char **argv, char **envp)
{
    struct timespec now;
    if (getauxval(AT_SECURE))
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    config.start_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    config.pid = (uint32_t)getpid();
    config.uid = (uint32_t)SYS(geteuid);
    const char *preloads = value_of(envp, "LD_PRELOAD");
    config.valgrind = preloads && strstr(preloads, "vgpreload");
    log_init();
    uint64_t depth = OPTION_DEPTH_DEFAULT, verbose = 0, peak = 0, lifetimes = 0;
    config.interval_bytes = OPTION_INTERVAL_DEFAULT;
    config.state_max_bytes = OPTION_STATE_DEFAULT;
    config.seed = random_u64();
    read_number(envp, "MEMPROF_INTERVAL", true, OPTION_INTERVAL_MIN, OPTION_INTERVAL_MAX,
                &config.interval_bytes);
    read_number(envp, "MEMPROF_STATE_MAX", true, OPTION_STATE_MIN, OPTION_STATE_MAX,
                &config.state_max_bytes);
    read_number(envp, "MEMPROF_DEPTH", false, OPTION_DEPTH_MIN, OPTION_DEPTH_MAX, &depth);
    read_number(envp, "MEMPROF_VERBOSE", false, 0, OPTION_VERBOSE_MAX, &verbose);
    read_number(envp, "MEMPROF_PEAK", false, 0, 1, &peak);
    read_number(envp, "MEMPROF_LIFETIMES", false, 0, OPTION_LIFETIMES_MAX, &lifetimes);
    if (value_of(envp, "MEMPROF_SEED"))
        read_number(envp, "MEMPROF_SEED", false, 0, UINT64_MAX, &config.seed);
    config.depth = (uint32_t)depth;
    config.verbose = verbose != 0;
    config.peak = peak != 0;
    config.lifetimes = (uint32_t)lifetimes;
    read_unwinder(envp);
    read_run(envp);
    find_self();
    copy_arguments(argv);
    read_path(envp, "MEMPROF_DIR", config.dir);
    read_path(envp, "TMPDIR", config.temporary);
    read_path(envp, "MEMPROF_OUT", config.out);
    make_absolute(config.dir);
    make_absolute(config.temporary);
    find_collector(envp);
    if (config.out[0] && !strstr(config.out, "%p"))
        config.child = config_parent_is_profiled();
    config.enabled = true;
}
