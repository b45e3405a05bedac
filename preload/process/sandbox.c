/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/sandbox.h"

_Atomic bool sandbox_entered;
__thread _Atomic uint32_t sandbox_child;
