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

static re2::RE2::Options options_of_pprof(bool captures)
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(MEMORY_BYTES_MAX);
    options.set_never_capture(!captures);
    return options;
}

static struct error *create(const char *expression, bool captures, struct pattern **pattern)
{
    try {
        struct pattern *made = new struct pattern(expression, options_of_pprof(captures));
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

struct error *pattern_create(const char *expression, struct pattern **pattern)
{
    return create(expression, false, pattern);
}

struct error *pattern_create_capturing(const char *expression, struct pattern **pattern)
{
    return create(expression, true, pattern);
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

bool pattern_capture(const struct pattern *pattern, const char *text, const char **captured,
                     size_t *length)
{
    try {
        re2::StringPiece parts[2];
        const re2::RE2 &expression = pattern->expression;
        int groups = expression.NumberOfCapturingGroups() > 0 ? 1 : 0;
        re2::StringPiece whole(text);
        if (!expression.Match(whole, 0, whole.size(), re2::RE2::UNANCHORED, parts, groups + 1) ||
            !parts[groups].data())
            return false;
        *captured = parts[groups].data();
        *length = parts[groups].size();
        return true;
    } catch (const std::bad_alloc &) {
        return false;
    }
}
