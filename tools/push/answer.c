/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/answer.h"

enum push_answer push_answer_of_status(long status)
{
    switch (status) {
    case 413:
        return PUSH_TOO_LARGE;
    case 401:
    case 403:
    case 404:
        return PUSH_FORBIDDEN;
    case 408:
    case 429:
        return PUSH_LATER;
    }
    if (status >= 200 && status < 300)
        return PUSH_ACCEPTED;
    if (status >= 300 && status < 400) /* to another host; nobody is sent there */
        return PUSH_FORBIDDEN;
    return status >= 400 && status < 500 ? PUSH_REFUSED : PUSH_LATER;
}
