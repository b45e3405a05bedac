/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEMPROF_COLLECTOR_ADVISE_CONFIDENCE_H
#define MEMPROF_COLLECTOR_ADVISE_CONFIDENCE_H

#include "collector/advise/advice.h"

/* How sure an advice is, from how many blocks it was seen at. */
enum advice_confidence advice_confidence(const struct advice *advice);

#endif
