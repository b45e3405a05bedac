/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/state/module.h"

#include <stdio.h>

char *module_build_id_text(char text[static MODULE_BUILD_ID_TEXT], const uint8_t *id,
                           uint32_t length)
{
    text[0] = '\0';
    for (uint32_t i = 0; i < length && i < MODULE_BUILD_ID_MAX; i++)
        sprintf(text + 2 * (size_t)i, "%02x", id[i]);
    return text;
}
