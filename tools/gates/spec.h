/* SPDX-License-Identifier: Apache-2.0
 *
 * What is written behind --fail-on: [SUBJECT:]METRIC:LIMIT.
 */
#ifndef MEMPROF_TOOLS_GATES_SPEC_H
#define MEMPROF_TOOLS_GATES_SPEC_H

#include "collector/base/error.h"
#include "collector/profile/pattern.h"
#include "tools/gates/limit.h"
#include "tools/gates/metric.h"

/* What a limit is about. */
enum gate_subject {
    GATE_TOTAL,
    GATE_FUNCTIONS, /* that allocate and match */
    GATE_MODULES,
    GATE_OWN,       /* what own code allocates */
    GATE_REST,      /* and what other code does */
    GATE_NEW_SITES, /* each call site that the base does not have */
};

struct gate_spec {
    const char *text;  /* borrowed */
    size_t key_length; /* of the text: without the limit */
    enum gate_subject subject;
    struct pattern *pattern; /* of GATE_FUNCTIONS and GATE_MODULES */
    enum metric metric;
    struct limit limit;
};

/* The text must outlive the spec.  gate_spec_deinit() it in any case. */
struct error *gate_spec_parse(struct gate_spec *spec, const char *text);
void gate_spec_deinit(struct gate_spec *spec);

/* "@REGEX" or "module/REGEX"; false: it is neither, or *error is set. */
bool gate_subject_parse(const char *text, enum gate_subject *subject, struct pattern **pattern,
                        struct error **error);

#endif
