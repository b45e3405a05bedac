/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernel says at the end how much was resident at the most, of the program and what it waited
 * for.  What is resident before the end is what the last look saw, which comes every few
 * milliseconds.
 */
#include "tools/tune/runs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/memory/memory.h"
#include "collector/roster_process.h"
#include "collector/state/liveness.h"
#include "collector/vitals.h"
#include "tools/argument.h"
#include "tools/launch.h"
#include "tools/open.h"

#define LOOK_MS 5
#define HIGHER  1.05 /* by which a peak is higher than the last one that was looked into */

struct run {
    struct launch launch;
    uint64_t rss, rss_most; /* of the last look */
    uint64_t looked_into;   /* rss, when its mappings were looked at last */
    struct tune_peak *peak; /* NULL: it is not asked for */
};

/* --- what is live at the peak --- */

static bool read_live(pid_t pid, uint64_t *live)
{
    struct argument argument = {.text = "", .kind = ARGUMENT_PROCESS, .pid = pid};
    struct vitals vitals = {0};
    int fd;
    char *name;
    struct error *error = open_state(&argument, &fd, &name);
    if (!error) {
        error = vitals_read(&vitals, fd, name, false);
        *live = vitals_live_bytes(&vitals);
        vitals_deinit(&vitals);
        close(fd);
        free(name);
    }
    bool is_read = !error;
    error_destroy(error);
    return is_read;
}

/* A program that ends meanwhile is not known then. */
static void look_into(struct run *run)
{
    struct live_mapping mapping = {0};
    struct memory memory = {.target.pagemap = -1};
    struct tune_peak peak = {.is_known = true};
    pid_t pid = run->launch.pid;
    run->looked_into = run->rss;
    if (live_find_mapping(pid, &mapping) != 0)
        return;
    struct error *error = memory_read(&memory, pid, mapping.device, mapping.inode);
    if (!error && read_live(pid, &peak.live)) {
        peak.rss = memory.total.rss;
        peak.allocator_rss = memory_of_allocator(&memory).rss;
        if (!run->peak->is_known || peak.rss >= run->peak->rss)
            *run->peak = peak;
    }
    error_destroy(error);
    memory_deinit(&memory);
    live_mapping_deinit(&mapping);
}

static void look(void *context)
{
    struct run *run = context;
    struct roster_process process;
    if (!roster_process_read(&process, run->launch.pid) || process.rss_bytes == 0)
        return; /* it has just ended */
    run->rss = process.rss_bytes;
    run->rss_most = process.rss_most_bytes;
    if (run->peak && (double)run->rss > HIGHER * (double)run->looked_into)
        look_into(run);
}

/* --- one run --- */

/* Where processes that are recorded keep their states, and what becomes of those. */
static void empty_directory(const char *path)
{
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(directory), entry->d_name, 0);
    if (directory)
        closedir(directory);
}

static double ns_of(const struct timeval *time)
{
    return (double)time->tv_sec * 1e9 + (double)time->tv_usec * 1e3;
}

/* A process has what we had in memory at its beginning, so that a small one's own is what the looks
 * saw. */
static double peak_of(const struct run *run)
{
    struct rusage ours;
    uint64_t kernels = (uint64_t)run->launch.usage.ru_maxrss * 1024;
    getrusage(RUSAGE_SELF, &ours);
    if (run->rss_most && kernels <= (uint64_t)ours.ru_maxrss * 1024)
        return (double)run->rss_most;
    return (double)kernels;
}

static void take_values(const struct run *run, double values[TUNE_VALUES])
{
    const struct rusage *usage = &run->launch.usage;
    values[TUNE_PEAK] = peak_of(run);
    values[TUNE_END] = run->rss ? (double)run->rss : NAN;
    values[TUNE_CPU] = ns_of(&usage->ru_utime) + ns_of(&usage->ru_stime);
    values[TUNE_WALL] = (double)run->launch.wall_ns;
    values[TUNE_FAULTS] = (double)usage->ru_minflt + (double)usage->ru_majflt;
}

static struct error *run_once(const struct tune_setting *setting,
                              const struct tune_options *options, const char *directory,
                              struct run *run)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct error *error = tune_settings_apply(setting, options->library);
    if (!error && options->library &&
        (setenv("MEMPROF_DIR", directory, 1) || setenv("MEMPROF_COLLECTOR", "none", 1)))
        error = error_no_memory();
    run->launch = (struct launch){.path = options->path,
                                  .argv = options->argv,
                                  .look = look,
                                  .look_ms = LOOK_MS,
                                  .context = run,
                                  .standard = {null, null, 0}};
    if (!error)
        error = launch_run(&run->launch);
    tune_settings_restore();
    empty_directory(directory);
    if (null >= 0)
        close(null);
    if (!error && launch_interrupted())
        error = error_create("a signal came (%s)", strsignal(launch_interrupted()));
    return error;
}

/* --- all runs --- */

struct making {
    struct tune_runs *runs;
    const struct tune_settings *settings;
    const struct tune_options *options;
    const char *directory;
};

/* Round 0 warms caches up. */
static struct error *run_setting(const struct making *at, size_t round, size_t index)
{
    /* The others' are looked into as well, so that the looks cost all the same. */
    struct tune_peak others = {0}, *peak = index == 0 ? &at->runs->peak : &others;
    struct run run = {.peak = at->options->library ? peak : NULL};
    double values[TUNE_VALUES];
    if (at->runs->failed[index])
        return NULL;
    struct error *error = run_once(&at->settings->items[index], at->options, at->directory, &run);
    if (error)
        return error;
    int status = launch_exit_status(&run.launch);
    if (status != 0 && index == 0)
        return error_create("%s: ended with status %d, and a run that fails says nothing",
                            at->options->argv[0], status);
    at->runs->failed[index] = status != 0;
    take_values(&run, values);
    for (int i = 0; i < TUNE_VALUES && round > 0; i++)
        tune_values(at->runs, index, (enum tune_value)i)[round - 1] = values[i];
    return NULL;
}

struct error *tune_runs_make(struct tune_runs *runs, const struct tune_settings *settings,
                             const struct tune_options *options)
{
    const char *base = getenv("TMPDIR");
    char *directory;
    *runs = (struct tune_runs){.count = options->runs};
    runs->values = calloc(settings->count * TUNE_VALUES * runs->count, sizeof *runs->values);
    runs->failed = calloc(settings->count, sizeof *runs->failed);
    if (!runs->values || !runs->failed ||
        asprintf(&directory, "%s/memprof-tune-XXXXXX", base && *base ? base : "/tmp") < 0)
        return error_no_memory();
    struct error *error = mkdtemp(directory) ? NULL : error_create_errno(errno, "%s", directory);
    struct making at = {runs, settings, options, directory};
    for (size_t round = 0; !error && round <= runs->count; round++)
        for (size_t i = 0; !error && i < settings->count; i++)
            error = run_setting(&at, round, (i + round) % settings->count);
    empty_directory(directory);
    rmdir(directory);
    free(directory);
    return error;
}

void tune_runs_deinit(struct tune_runs *runs)
{
    free(runs->values);
    free(runs->failed);
    *runs = (struct tune_runs){.count = 0};
}
