/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/name_list.h"

#include <string.h>

bool advise_is_one_of(const char *functions, const char *name)
{
    for (const char *at = functions; *at;) {
        size_t length = strcspn(at, "|");
        bool is_prefix = length > 0 && at[length - 1] == '*';
        size_t same = is_prefix ? length - 1 : length;
        if (strncmp(at, name, same) == 0 &&
            (is_prefix || name[same] == '\0' || name[same] == '(' || name[same] == '['))
            return true;
        at += length + (at[length] == '|');
    }
    return false;
}
