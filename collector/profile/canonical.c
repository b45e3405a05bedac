/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/canonical.h"
#include "collector/base/path.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* --- suffixes --- */

/* What may follow the word of a suffix. */
enum tail { NOTHING, A_NUMBER, A_NUMBER_OR_NOTHING, HEX };

struct suffix {
    const char *word;
    enum tail tail;
};

/* Of GCC, LLVM and BOLT, in this order. */
static const struct suffix suffixes[] = {
    {".constprop", A_NUMBER_OR_NOTHING},
    {".isra", A_NUMBER_OR_NOTHING},
    {".part", A_NUMBER_OR_NOTHING},
    {".cold", A_NUMBER_OR_NOTHING},
    {".lto_priv", A_NUMBER_OR_NOTHING},
    {".localalias", A_NUMBER_OR_NOTHING},
    {".simdclone", A_NUMBER_OR_NOTHING},
    {".clone", A_NUMBER_OR_NOTHING},
    {"._omp_fn", A_NUMBER_OR_NOTHING},
    {".resolver", NOTHING},
    {".ifunc", NOTHING},
    {".llvm", HEX},
    {".uniq", HEX},
    {".__uniq", HEX},
    {".cfi_jt", NOTHING},
    {".cfi", NOTHING},
    {".thunk", A_NUMBER_OR_NOTHING},
    {".specialized", A_NUMBER_OR_NOTHING},
    {".argprom", A_NUMBER_OR_NOTHING},
    {".argelim", A_NUMBER_OR_NOTHING},
    {".retelim", A_NUMBER_OR_NOTHING},
    {".extracted", A_NUMBER_OR_NOTHING},
    {".outlined", A_NUMBER_OR_NOTHING},
    {".warm", A_NUMBER_OR_NOTHING},
    {".org", A_NUMBER_OR_NOTHING},
};
#define SUFFIXES (sizeof(suffixes) / sizeof(*suffixes))

static bool is_lower_hex(char c)
{
    return isdigit((unsigned char)c) || (c >= 'a' && c <= 'f');
}

/* Whether `text`, to its end, is what may follow the word. */
static bool is_tail(const char *text, size_t length, enum tail tail)
{
    if (length == 0)
        return tail == NOTHING || tail == A_NUMBER_OR_NOTHING;
    if (tail == NOTHING || text[0] != '.' || length == 1)
        return false;
    for (size_t i = 1; i < length; i++)
        if (tail == HEX ? !isxdigit((unsigned char)text[i]) : !isdigit((unsigned char)text[i]))
            return false;
    return true;
}

/* The length without one suffix; the same: there is none. */
static size_t without_suffix(const char *name, size_t length)
{
    for (size_t i = 0; i < SUFFIXES; i++) {
        size_t word = strlen(suffixes[i].word);
        /* Its number, if any, is what stands behind the last dot. */
        for (size_t end = length, tries = 0; tries < 2 && end > word; tries++) {
            if (memcmp(name + end - word, suffixes[i].word, word) == 0 &&
                is_tail(name + end, length - end, suffixes[i].tail))
                return end - word;
            while (end > 0 && name[--end] != '.') {
            }
        }
    }
    /* "name/3" of BOLT, for a function that is there several times. */
    size_t digits = length;
    while (digits > 0 && isdigit((unsigned char)name[digits - 1]))
        digits--;
    if (digits < length && digits > 1 && name[digits - 1] == '/')
        return digits - 1;
    return length;
}

/* "@plt", "@VERSION", "@@VERSION" behind a name that is no demangled one. */
static size_t without_version(const char *name, size_t length)
{
    size_t at = length;
    while (at > 0 && (isalnum((unsigned char)name[at - 1]) || strchr("_.-", name[at - 1])))
        at--;
    if (at == 0 || at == length || name[at - 1] != '@')
        return length;
    at -= at > 1 && name[at - 2] == '@' ? 2 : 1;
    return at > 0 ? at : length;
}

/* " [clone .cold]", as demanglers write the suffixes of a mangled name. */
static size_t without_clone(const char *name, size_t length)
{
    static const char clone[] = " [clone ";
    if (length < sizeof(clone) || name[length - 1] != ']')
        return length;
    for (size_t at = length - sizeof(clone) + 1; at > 0; at--)
        if (memcmp(name + at, clone, sizeof(clone) - 1) == 0)
            return memchr(name + at, ']', length - at) == name + length - 1 ? at : length;
    return length;
}

/* "::h" and 16 hex digits of Rust's older names. */
static size_t without_rust_hash(const char *name, size_t length)
{
    if (length <= 19 || memcmp(name + length - 19, "::h", 3) != 0)
        return length;
    for (size_t i = length - 16; i < length; i++)
        if (!is_lower_hex(name[i]))
            return length;
    return length - 19;
}

static void strip_suffixes(char *name)
{
    size_t length = strlen(name), before;
    do {
        before = length;
        length = without_clone(name, length);
        length = without_version(name, length);
        length = without_suffix(name, length);
        length = without_rust_hash(name, length);
    } while (length < before);
    name[length] = '\0';
}

/* --- what stands inside --- */

/* `prefix` at `text`: behind it, else NULL. */
static const char *behind(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static const char *behind_digits(const char *text)
{
    while (isdigit((unsigned char)*text))
        text++;
    return text;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* What is left out at `text` (a piece of a name, at whose start `is_start` of a word): behind it,
 * else NULL. */
static const char *skipped(const char *text, bool is_start)
{
    static const char *const namespaces[] = {"std::__cxx11::", "std::__1::", "std::__2::"};
    const char *end;
    if (text[0] == '[') {
        if (behind(text, "[abi:") && (end = strchr(text, ']')))
            return end + 1;
        /* A crate's hash: "core[846817f741e54dfd]::slice". */
        for (end = text + 1; is_lower_hex(*end); end++) {
        }
        if (*end == ']' && end - text > 8)
            return end + 1;
    }
    if (is_start)
        for (size_t i = 0; i < sizeof(namespaces) / sizeof(*namespaces); i++)
            if ((end = behind(text, namespaces[i])))
                return end;
    return NULL;
}

/* Numbers of things that have no name: behind the number at `text`, which follows what ends at
 * `end` in `name`; else NULL. */
static const char *unnumbered(const char *name, const char *end, const char *text)
{
    static const char *const words[] = {"'lambda", "'unnamed", "'block", "$_"};
    if (!isdigit((unsigned char)*text))
        return NULL;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(end - name) >= length && memcmp(end - length, words[i], length) == 0)
            return behind_digits(text);
    }
    /* "{lambda(int)#2}", "{unnamed type#1}", "{closure#0}": up to a closing brace. */
    const char *number_end = behind_digits(text);
    return end > name && end[-1] == '#' && *number_end == '}' ? number_end : NULL;
}

/* Template arguments, from "<" to the ">" that closes it; "operator<" and its like stay. */
static const char *behind_template(const char *name, const char *text)
{
    static const char operator_word[] = "operator";
    size_t before = (size_t)(text - name), word = sizeof(operator_word) - 1;
    while (before > 0 && name[before - 1] == '<') /* operator<< */
        before--;
    if (before >= word && memcmp(name + before - word, operator_word, word) == 0)
        return NULL;
    int depth = 0;
    for (const char *at = text; *at; at++) {
        if (*at == '<')
            depth++;
        else if (*at == '>' && (at == text || at[-1] != '-') && --depth == 0)
            return at + 1;
    }
    return NULL;
}

static void rewrite(char *name, bool fold_templates)
{
    char *to = name;
    const char *end;
    for (const char *from = name; *from;) {
        if ((end = skipped(from, to == name || !is_word(to[-1])))) {
            if (*from == 's') { /* std:: stays */
                memmove(to, "std::", 5);
                to += 5;
            }
            from = end;
        } else if ((end = unnumbered(name, to, from))) {
            from = end;
        } else if (fold_templates && *from == '<' && (end = behind_template(name, from)) &&
                   end - from > 2) {
            *to++ = '<';
            *to++ = '>';
            from = end;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

/* Thunks are their targets. */
static void strip_thunk(char *name)
{
    static const char *const thunks[] = {"non-virtual thunk to ", "virtual thunk to ",
                                         "covariant return thunk to "};
    for (size_t i = 0; i < sizeof(thunks) / sizeof(*thunks); i++) {
        const char *target = behind(name, thunks[i]);
        if (target && *target) {
            memmove(name, target, strlen(target) + 1);
            i = SIZE_MAX; /* from the start: thunks have thunks */
        }
    }
}

/* Whether the word "operator" begins at `text`. */
static bool is_operator(const char *name, const char *text)
{
    const char *end = behind(text, "operator");
    return end && !is_word(*end) && (text == name || !is_word(text[-1]));
}

/* Where the name begins behind a return type, which demanglers write before instances of function
 * templates and debug information does not; `name` itself: there is none. */
static const char *behind_return_type(const char *name)
{
    const char *begin = name, *end;
    int depth = 0;
    for (const char *at = name; *at; at++) {
        if (depth == 0 && (end = behind(at, "(anonymous namespace)")) != NULL)
            at = end - 1;
        else if (depth == 0 && (end = behind(at, "decltype (")) != NULL)
            at = end - 1, depth++;
        else if (depth == 0 && is_operator(name, at))
            return begin;
        else if (depth == 0 && *at == '(') /* the parameters, of an instance or of none */
            return at > name && at[-1] == '>' ? begin : name;
        else if (depth == 0 && *at == ' ')
            begin = at + 1;
        else if (strchr("<([{", *at))
            depth++;
        else if (strchr(">)]}", *at) && !(*at == '>' && at > name && at[-1] == '-'))
            depth--;
    }
    return name;
}

static void strip_return_type(char *name)
{
    const char *begin = behind_return_type(name);
    memmove(name, begin, strlen(begin) + 1);
}

void canonical_function(char *name, bool fold_templates)
{
    char first = name[0];
    strip_thunk(name);
    strip_suffixes(name);
    if (strncmp(name, "OUTLINED_FUNCTION_", 18) == 0 && *behind_digits(name + 18) == '\0')
        name[17] = '\0';
    rewrite(name, fold_templates);
    strip_return_type(name);
    if (!name[0] && first) {
        name[0] = first;
        name[1] = '\0';
    }
}

/* "{lambda#}" of GCC, "'lambda'" and "$_" of clang stand for the same, and are left out. */
static void leave_out_lambdas(char *name)
{
    static const char *const words[] = {"{lambda#}", "'lambda'", "$_"};
    for (char *at = name; *at;) {
        const char *end = NULL;
        for (size_t i = 0; i < sizeof(words) / sizeof(*words) && !end; i++)
            end = behind(at, words[i]);
        if (end)
            memmove(at, end, strlen(end) + 1);
        else
            at++;
    }
}

void canonical_base_name(char *name)
{
    static const char anonymous[] = "(anonymous namespace)", call[] = "operator()";
    rewrite(name, true);
    char *to = name;
    int depth = 0;
    for (const char *from = name; *from; from++) {
        const char *end = behind(from, anonymous);
        end = end ? end : behind(from, call);
        if (end && depth == 0) {
            memmove(to, from, (size_t)(end - from));
            to += end - from;
            from = end - 1;
            continue;
        }
        depth += *from == '(';
        if (depth == 0)
            *to++ = *from;
        depth -= *from == ')' && depth > 0;
    }
    *to = '\0';
    leave_out_lambdas(name);
}

bool canonical_is_library(const char *name)
{
    static const char *const prefixes[] = {"std::", "__gnu_cxx::", "__cxxabiv1::", "operator new"};
    static const char *const rust[] = {
        "core::", "alloc::", "<core::", "<alloc::", "<std::", "__rust_", "__rustc"};
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (behind(name, prefixes[i]))
            return true;
    if (strchr(name, '(')) /* Rust's names have no parameters */
        return false;
    for (size_t i = 0; i < sizeof(rust) / sizeof(*rust); i++)
        if (behind(name, rust[i]))
            return true;
    return false;
}

bool canonical_nameless(char *name, size_t capacity)
{
    char *plus = strrchr(name, '+');
    if (!plus || plus == name || strncmp(plus, "+0x", 3) != 0 || !plus[3] ||
        plus[3 + strspn(plus + 3, "0123456789abcdef")])
        return false;
    *plus = '\0';
    canonical_module(name);
    size_t length = strlen(name);
    if (length + sizeof(CANONICAL_NO_SYMBOL) > capacity) {
        *plus = '+';
        return false;
    }
    memcpy(name + length, CANONICAL_NO_SYMBOL, sizeof(CANONICAL_NO_SYMBOL));
    return true;
}

void canonical_module(char *path)
{
    path[path_bytes(path)] = '\0';
    char *slash = strrchr(path, '/');
    if (slash && slash[1])
        memmove(path, slash + 1, strlen(slash + 1) + 1);
    for (char *at = path; (at = strstr(at, ".so")); at += 3)
        if (at > path && at[3] == '.' && isdigit((unsigned char)at[4])) {
            at[3] = '\0';
            return;
        }
}
