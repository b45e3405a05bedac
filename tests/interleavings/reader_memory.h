/* SPDX-License-Identifier: Apache-2.0
 *
 * Included in front of the collector's sources: what they allocate is taken back with their steps.
 */
#ifndef INTERLEAVINGS_READER_MEMORY_H
#define INTERLEAVINGS_READER_MEMORY_H

#include "tests/interleavings/world.h"

#include <stdlib.h>

#define malloc world_reader_malloc
#define free   world_reader_free

#endif
