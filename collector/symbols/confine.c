/* SPDX-License-Identifier: Apache-2.0
 *
 * The order matters: ids are changed while we have the right to, and the filter comes last,
 * since it allows none of the other calls.
 */
#include "collector/symbols/confine.h"
#include "collector/base/budget.h"
#include "collector/symbols/confine_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY  65534
#define FD_MOST 65536

/* --- descriptors --- */

/* A seccomp filter that was installed before may kill the process for a newer call. */
static void close_range_of(int first, int last)
{
    bool is_filtered = prctl(PR_GET_SECCOMP) > 0;
    if (first > last || (!is_filtered && syscall(SYS_close_range, first, last, 0) == 0))
        return;
    for (int fd = first; fd <= last && fd < FD_MOST; fd++)
        close(fd);
}

/* 0 to 2 become /dev/null; of the others only `keep` stays open. */
static void close_all_but(int keep)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fd != keep && (null < 0 || dup2(null, fd) < 0))
            close(fd);
    close_range_of(STDERR_FILENO + 1, keep - 1);
    close_range_of(keep > STDERR_FILENO ? keep + 1 : STDERR_FILENO + 1, INT_MAX);
}

/* --- ids --- */

static void drop_bounding_set(void)
{
    for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0;
         capability++)
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

static bool drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    return syscall(SYS_capset, &header, none) == 0;
}

static bool become(uid_t uid, gid_t gid)
{
    if (geteuid() != 0)
        return drop_capabilities();
    drop_bounding_set();
    uid = uid != 0 ? uid : NOBODY;
    gid = gid != 0 ? gid : NOBODY;
    bool is_other =
        setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 && setresuid(uid, uid, uid) == 0;
    return drop_capabilities() && is_other;
}

/* --- limits --- */

static bool limit(int resource, uint64_t soft, bool is_final)
{
    struct rlimit now, wanted;
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
        return false;
    wanted.rlim_cur = soft < now.rlim_max ? soft : now.rlim_max;
    wanted.rlim_max = is_final ? wanted.rlim_cur : now.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &wanted) == 0;
}

/* The parent adjusts the limits on memory and time: they depend on the files. */
static bool set_limits(const struct confine_options *options)
{
    bool is_done = limit(RLIMIT_CORE, 0, true);
    is_done &= limit(RLIMIT_FSIZE, 0, true);
    is_done &= limit(RLIMIT_NPROC, 0, true);
    is_done &= limit(RLIMIT_MEMLOCK, 0, true);
    is_done &= limit(RLIMIT_MSGQUEUE, 0, true);
    is_done &= limit(RLIMIT_CPU, options->cpu_s, false);
#ifndef BUDGET_HAS_SANITIZER
    is_done &= limit(RLIMIT_DATA, options->data_bytes, false);
#endif
    return is_done;
}

unsigned confine(const struct confine_options *options, int keep)
{
    unsigned missing = 0;
    close_all_but(keep);
    if (!become(options->uid, options->gid))
        missing |= CONFINE_NO_USER;
    /* Only root may trace this process: it has a copy of our memory. */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* forgotten when ids change */
    if (!set_limits(options))
        missing |= CONFINE_NO_LIMITS;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#ifndef BUDGET_HAS_SANITIZER /* it has something to say when it ends */
    if (!confine_calls())
        missing |= CONFINE_NO_SECCOMP;
#endif
    return missing;
}

const char *confine_missing(unsigned missing)
{
    static const char *const texts[] = {
        "nothing",
        "a user of its own",
        "limits",
        "a user of its own and limits",
        "seccomp",
        "a user of its own and seccomp",
        "limits and seccomp",
        "a user of its own, limits and seccomp",
    };
    return texts[missing & 7u];
}
