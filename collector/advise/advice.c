/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/advice.h"

const char *const advice_kind_names[ADVICE_KINDS] = {"none", "reserve", "stack",   "arena",  "leak",
                                                     "kept", "pool",    "no-pool", "crossed"};
const char *const advice_confidence_names[3] = {"low", "medium", "high"};
