/* SPDX-License-Identifier: Apache-2.0
 *
 * One line for each module: which, how much, what to do.
 */
#include "tools/nameless.h"
#include "collector/profile/file.h"

#include <stdlib.h>
#include <unistd.h>

#include "collector/base/clean.h"
#include "collector/base/path.h"
#include "collector/profile/prune.h"
#include "tools/package.h"

void nameless_print_remedy(FILE *out, const char *file)
{
    char *package = package_of_debug_information(file);
    if (package)
        fprintf(out, "before the next profile, apt install %s, or 'memprof collect --debuginfod'\n",
                package);
    else if (access(file, R_OK) != 0)
        fputs("its file is not there any more\n", out);
    else
        fputs("build it with -g and do not strip it, or 'memprof collect --debuginfod'\n", out);
    free(package);
}

static void print_module(FILE *out, const char *before,
                         const struct profile_nameless_module *module)
{
    fputs(before, out);
    clean_put_text(out, path_base(module->file));
    fprintf(out, ": %.1f%% of %s is in functions without names; ", module->share * 100,
            module->type);
    nameless_print_remedy(out, module->file);
}

void nameless_print(FILE *out, const char *before, const struct profile_nameless *nameless)
{
    for (uint32_t i = 0; i < nameless->count; i++)
        print_module(out, before, &nameless->modules[i]);
}

void nameless_print_file(FILE *out, const char *before, const char *path)
{
    struct profile *profile;
    struct profile_nameless nameless;
    struct error *error = profile_read(path, &profile);
    if (error) {
        error_destroy(error);
        return;
    }
    if (profile_prune_named(profile) &&
        profile_nameless_find(profile, NAMELESS_LEAST_SHARE, &nameless))
        nameless_print(out, before, &nameless);
    profile_destroy(profile);
}
