/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/symbols/fallback_name.h"
#include "collector/base/path.h"

#include <stdio.h>
#include <string.h>

char *symbol_fallback_name(const struct module *module, uint64_t vaddr)
{
    const char *slash = strrchr(module->path, '/');
    const char *name = slash && slash[1] ? slash + 1 : module->path;
    char *text;
    size_t length = path_bytes(name);
    int printed = asprintf(&text, "%.*s+0x%llx", length ? (int)length : 9,
                           length ? name : "[unnamed]", (unsigned long long)vaddr);
    return printed < 0 ? NULL : text;
}
