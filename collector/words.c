/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/words.h"

#include <stdlib.h>
#include <string.h>

char *words_of_state(const struct state_info *info)
{
    size_t length = info->arguments_bytes;
    char *words = malloc(length + 1);
    if (!words)
        return NULL;
    if (length)
        memcpy(words, info->arguments, length);
    while (length > 0 && words[length - 1] == '\0')
        length--;
    words[length] = '\0';
    for (size_t i = 0; i < length; i++)
        if (words[i] == '\0')
            words[i] = ' ';
    return words;
}
