/* SPDX-License-Identifier: Apache-2.0
 *
 * RE2 behind C functions.  An expression can come from a foreign profile: RE2 bounds its
 * memory when it compiles and matches without going back, so that none takes long.
 */
extern "C" {
#include "collector/profile/pattern.h"
}

#include <new>
#include <re2/re2.h>

#define MEMORY_BYTES_MAX (8 << 20) /* of one compiled expression */

struct pattern {
    re2::RE2 expression;
    pattern(const char *text, const re2::RE2::Options &options) : expression(text, options)
    {
    }
};

static re2::RE2::Options options_of_pprof()
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(MEMORY_BYTES_MAX);
    options.set_never_capture(true);
    return options;
}

struct error *pattern_create(const char *expression, struct pattern **pattern)
{
    try {
        struct pattern *made = new struct pattern(expression, options_of_pprof());
        if (made->expression.ok()) {
            *pattern = made;
            return nullptr;
        }
        struct error *error = error_create("%s", made->expression.error().c_str());
        delete made;
        return error;
    } catch (const std::bad_alloc &) {
        return error_no_memory();
    }
}

void pattern_destroy(struct pattern *pattern)
{
    delete pattern;
}

bool pattern_matches(const struct pattern *pattern, const char *text)
{
    try {
        return re2::RE2::PartialMatch(text, pattern->expression);
    } catch (const std::bad_alloc &) {
        return false;
    }
}
