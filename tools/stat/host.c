/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole environment is not kept: results are handed around, and it may have secrets.
 */
#include "tools/stat/host.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* What a name may be, or with a * begin with: of the loader, the allocators, the locale,
 * frequent run times, and ours. */
static const char *const kept[] = {
    "LD_*",           "MALLOC_*",     "GLIBC_TUNABLES",  "GLIBCXX_*",    "JE_MALLOC_CONF",
    "TCMALLOC_*",     "MIMALLOC_*",   "MEMPROF_*",       "LANG",         "LANGUAGE",
    "LC_*",           "TZ",           "OMP_*",           "GOMP_*",       "GOGC",
    "GOMAXPROCS",     "GOMEMLIMIT",   "GODEBUG",         "G_SLICE",      "G_DEBUG",
    "PYTHONHASHSEED", "PYTHONMALLOC", "PERL_HASH_SEED",  "NODE_OPTIONS", "RUST_*",
    "QT_*",           "NSS_*",        "POSIXLY_CORRECT",
};

static bool is_kept(const char *variable, size_t length)
{
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        size_t wanted = strlen(kept[i]);
        bool is_prefix = kept[i][wanted - 1] == '*';
        wanted -= is_prefix;
        if (length >= wanted && (is_prefix || length == wanted) &&
            strncmp(variable, kept[i], wanted) == 0)
            return true;
    }
    return false;
}

static bool add_variable(struct stat_record *record, const char *variable)
{
    const char *equal = strchr(variable, '=');
    if (!equal || !is_kept(variable, (size_t)(equal - variable)))
        return true;
    char *name = strndup(variable, (size_t)(equal - variable));
    const char *copy = name ? stat_record_text(record, name) : NULL;
    const char *value = stat_record_text(record, equal + 1);
    record->environment[record->variable_count++] = (struct stat_variable){copy, value};
    free(name);
    return copy && value;
}

static bool describe_environment(struct stat_record *record)
{
    size_t count = 0;
    while (environ[count])
        count++;
    record->environment = stat_record_allocate(record, (count + 1) * sizeof *record->environment);
    bool has_memory = record->environment != NULL;
    for (size_t i = 0; i < count && has_memory; i++)
        has_memory = add_variable(record, environ[i]);
    return has_memory;
}

/* "model name : ..." of the first processor; "" elsewhere than on x86. */
static const char *find_cpu(struct stat_record *record)
{
    char line[256], *found = NULL;
    FILE *file = fopen("/proc/cpuinfo", "re");
    while (file && !found && fgets(line, sizeof line, file))
        if (strncmp(line, "model name", 10) == 0 && (found = strchr(line, ':')) != NULL)
            found += 1 + strspn(found + 1, " \t");
    if (file)
        fclose(file);
    if (found)
        found[strcspn(found, "\n")] = '\0';
    return stat_record_text(record, found ? found : "");
}

static uint64_t count_cpus(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (uint64_t)CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN); /* more than a cpu_set_t has room for */
    return online > 0 ? (uint64_t)online : 1;
}

bool stat_host_describe(struct stat_record *record)
{
    struct utsname names;
    char system[2 * sizeof names.sysname + 2] = "", *directory = getcwd(NULL, 0);
    bool is_known = uname(&names) == 0;
    if (is_known)
        snprintf(system, sizeof system, "%s %s", names.sysname, names.release);
    record->host = stat_record_text(record, is_known ? names.nodename : "");
    record->system = stat_record_text(record, system);
    record->machine = stat_record_text(record, is_known ? names.machine : "");
    record->cpu = find_cpu(record);
    record->cpus = count_cpus();
    record->directory = stat_record_text(record, directory ? directory : "");
    free(directory);
    return record->host && record->system && record->machine && record->cpu && record->directory &&
           describe_environment(record);
}
