/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/plain_names.h"
#include "collector/profile/pseudo.h"
#include "collector/state/names.h"
#include "collector/state/reader.h"
#include "collector/symbols/fallback_name.h"

#include <stdlib.h>

bool plain_names_give(struct profile *profile, const struct mappings *mappings,
                      struct profile_location *location)
{
    uint32_t mapping = location->mapping;
    char *text = NULL;
    const char *name = location->address < PROFILE_PSEUDO_COUNT
                           ? profile_pseudo_name(location->address)
                           : "[anon]";
    if (mapping != 0 && mapping < mappings->count) {
        const struct module *module = &mappings->modules[mappings->module_of[mapping]];
        name = text = symbol_fallback_name(module, location->address - module->bias);
        if (!text)
            return false;
    }
    struct profile_function function = {.name = profile_intern_string(profile, name)};
    function.system_name = function.name;
    free(text);
    struct profile_line line = {.function = UINT32_MAX};
    if (function.name != UINT32_MAX)
        line.function = profile_intern_function(profile, &function);
    if (line.function == UINT32_MAX)
        return false;
    location->line_first = profile_add_line(profile, &line);
    location->line_count = 1;
    return location->line_first != UINT32_MAX;
}
