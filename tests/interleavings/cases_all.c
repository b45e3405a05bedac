/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/interleavings/cases.h"

const struct explored_case *const cases_all[] = {cases_events,    cases_forks, cases_tables,
                                                 cases_rules,     cases_peak,  cases_timeline,
                                                 cases_lifetimes, NULL};
