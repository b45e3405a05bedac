/* SPDX-License-Identifier: Apache-2.0
 *
 * The two sides lie in directories of their own, so each run is looked at by itself, and what is
 * own in any of them is own in all.
 */
#include "tools/diff/ownership.h"

#include <stdlib.h>
#include <string.h>

#include "collector/base/path.h"
#include "collector/profile/canonical.h"
#include "collector/profile/pattern.h"

/* The C and C++ libraries and what starts a program: their frames differ between builds. */
static bool is_runtime(const char *module)
{
    static const char *const names[] = {"libc.so",
                                        "libstdc++.so",
                                        "libgcc_s.so",
                                        "libm.so",
                                        "libpthread.so",
                                        "libc++.so",
                                        "libc++abi.so",
                                        "[vdso]",
                                        "ld-linux-x86-64.so",
                                        "ld-linux-aarch64.so"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(module, names[i]) == 0)
            return true;
    return false;
}

static bool is_own(const struct ownership *ownership, const char *module)
{
    for (size_t i = 0; i < ownership->count; i++)
        if (strcmp(ownership->own[i], module) == 0)
            return true;
    return false;
}

enum code ownership_code(void *context, const char *module)
{
    const struct ownership *ownership = context;
    if (is_runtime(module))
        return CODE_SYSTEM;
    bool own = ownership->pattern ? pattern_matches(ownership->pattern, module)
                                  : is_own(ownership, module);
    return own ? CODE_OWN : CODE_OTHER;
}

/* Takes a canonical name over. */
static bool add(struct ownership *ownership, char *name)
{
    char **moved = realloc(ownership->own, (ownership->count + 1) * sizeof *moved);
    if (moved)
        ownership->own = moved;
    if (!moved || is_own(ownership, name)) {
        free(name);
        return moved != NULL;
    }
    moved[ownership->count++] = name;
    return true;
}

/* The first mapping is the program's.  Its directory says nothing where it is the root's, which
 * has all libraries of the system below it. */
bool ownership_note(struct ownership *ownership, const struct profile *profile)
{
    const char *program = "";
    size_t directory = 0;
    for (uint32_t i = 1; i < profile->mappings.count; i++) {
        const char *path = profile_string(profile, profile->mappings.items[i].file);
        if (i == 1) {
            program = path;
            directory = (size_t)(path_base(path) - path);
        }
        if (i > 1 && (directory <= 1 || strncmp(path, program, directory) != 0))
            continue;
        char *name = strdup(path);
        if (!name)
            return false;
        canonical_module(name);
        if (!add(ownership, name))
            return false;
    }
    return true;
}

void ownership_deinit(struct ownership *ownership)
{
    for (size_t i = 0; i < ownership->count; i++)
        free(ownership->own[i]);
    free(ownership->own);
}
