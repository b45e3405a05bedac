/* SPDX-License-Identifier: Apache-2.0
 *
 * The more special ones come first.
 */
#include "collector/advise/disguise.h"
#include "collector/advise/name_list.h"

#include <string.h>

static const struct disguise table[] = {
    /* C */
    {"strdup", "use the string where it is, or copy it into a buffer of the caller's",
     "strdup|__strdup|strndup|__strndup|wcsdup"},
    {"getline", "keep the buffer and its size from one call to the next, and free it at the end",
     "getline|__getline|getdelim|__getdelim|_IO_getdelim"},
    {"asprintf", "snprintf into a buffer of the caller's",
     "asprintf|__asprintf|___asprintf|vasprintf|__vasprintf|__vasprintf_internal|__asprintf_chk|"
     "__vasprintf_chk|__GI___asprintf"},
    {"realpath", "realpath(path, buffer) with a buffer of PATH_MAX of the caller's",
     "realpath|__realpath|__realpath_chk|realpath_stk|canonicalize_file_name"},
    {"getcwd", "getcwd(buffer, size) with a buffer of the caller's",
     "getcwd|__getcwd|get_current_dir_name"},
    {"qsort", "std::sort, or a sort without scratch memory: qsort takes it for more than 1 KiB",
     "qsort|qsort_r|__qsort_r|msort_with_tmp"},
    {"opendir", "rewinddir() the DIR where the same directory is read again",
     "opendir|__opendir|fdopendir|__alloc_dir|scandir|__scandir64_tail|__scandir_tail"},
    {"locale", "call setlocale or newlocale once, and uselocale() what it gave",
     "setlocale|newlocale|__newlocale|duplocale|_nl_load_locale*|_nl_find_locale|std::locale::*|"
     "std::locale::_Impl::*"},
    {"gettext", "translate a message where it is printed, and not before",
     "gettext|dgettext|dcgettext|__dcgettext|__dcigettext|__dngettext|ngettext"},
    {"stdio's buffer", "setvbuf with a buffer of the caller's, or keep the FILE open",
     "_IO_file_doallocate|fopen|__fopen_internal|_IO_new_fopen|fdopen|popen|_IO_new_popen|tmpfile"},
    {"open_memstream", "one stream that is rewound, or a buffer of the caller's",
     "open_memstream|__open_memstream|_IO_mem_finish|_IO_str_overflow"},
    {"regcomp", "compile each expression once", "regcomp|__regcomp|re_compile*"},
    {"iconv_open", "keep the converter; iconv(converter, NULL, ...) begins anew",
     "iconv_open|__gconv_open|__gconv_*"},
    {"getaddrinfo", "keep the addresses of a name from one use to the next",
     "getaddrinfo|gaih_inet*"},
    {"inflateInit2_", "inflateReset instead of inflateEnd and inflateInit",
     "inflateInit2_|inflateInit_|inflateBackInit_"},
    {"deflateInit2_", "deflateReset instead of deflateEnd and deflateInit",
     "deflateInit2_|deflateInit_"},
    /* C++ */
    {"an exception", "report what is expected by a result; keep throw for what is not",
     "__cxa_allocate_exception|__cxa_allocate_dependent_exception|std::rethrow_exception|"
     "std::__exception_ptr*|std::make_exception_ptr*"},
    {"std::function",
     "pass the callable as a template parameter or by a reference to it (function_ref)",
     "std::function<*|std::_Function_base*|std::_Function_handler<*|std::move_only_function<*"},
    {"std::shared_ptr",
     "std::make_shared for one block in place of two, std::unique_ptr or a value "
     "where nothing is shared",
     "std::shared_ptr<*|std::__shared_ptr<*|std::__shared_count<*|std::make_shared<*|"
     "std::allocate_shared<*|std::_Sp_counted*"},
    {"std::regex", "make the std::regex once (static const), and give std::match_results again",
     "std::__cxx11::basic_regex<*|std::basic_regex<*|std::regex_*|std::__detail::_NFA<*|"
     "std::__detail::_Compiler<*|std::__detail::_Executor<*|std::__detail::_Scanner<*|"
     "std::__detail::_BracketMatcher<*|std::__detail::_StateSeq<*|std::__detail::__compile_nfa<*|"
     "std::__detail::__regex_algo_*|"
     "std::__cxx11::regex_*|std::__cxx11::match_results<*"},
    {"an iostream",
     "one stream that is emptied with str(\"\"), or std::to_chars and std::format_to",
     "std::basic_ostream*|std::basic_istream*|std::ostream*|std::istream*|std::ios_base*|"
     "std::basic_filebuf<*|std::__cxx11::basic_stringbuf<*|std::__cxx11::basic_ostringstream<*|"
     "std::__cxx11::basic_stringstream<*|std::__cxx11::basic_istringstream<*|std::basic_fstream<*|"
     "std::basic_ofstream<*|std::basic_ifstream<*|std::getline<*"},
    {"std::string", "pass std::string_view or a reference where no copy is kept",
     "std::__cxx11::basic_string<*|std::basic_string<*|std::string::*|std::operator+*|"
     "std::to_string|std::__cxx11::to_string"},
    {"std::vector", NULL, "std::vector<*|std::_Vector_base<*"},
    {"std::deque", NULL, "std::deque<*|std::_Deque_base<*"},
    {"a node container", NULL,
     "std::map<*|std::set<*|std::multimap<*|std::multiset<*|std::_Rb_tree<*|std::unordered_*|"
     "std::_Hashtable<*|std::__detail::_Hash*|std::__detail::_Map_base<*|std::__detail::_Insert*|"
     "std::__detail::_AllocNode<*|std::__detail::_ReuseOrAllocNode<*|std::__cxx11::list<*|std::"
     "list<*|"
     "std::forward_list<*|std::_Fwd_list_base<*"},
    /* Rust */
    {"String or Vec", NULL, "alloc::raw_vec::*|alloc::vec::*|alloc::string::*"},
    {"Rc or Arc", NULL, "alloc::rc::*|alloc::sync::*"},
};

static const struct disguise *find(const char *name)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        if (advise_is_one_of(table[i].functions, name))
            return &table[i];
    return NULL;
}

/* Without a remedy of its own: it holds what others make. */
static bool is_container(const struct disguise *disguise)
{
    return disguise->remedy == NULL;
}

/* The outermost function says most, as what a std::regex is made of.  A container says less than
 * what is put into it. */
const struct disguise *disguise_of(const struct profile *profile, const struct advise_site *site)
{
    const struct disguise *found = NULL;
    uint32_t node = site->node;
    for (uint32_t level = 0; node != 0 && level <= site->frame.level; level++) {
        uint32_t lines = level < site->frame.level ? advise_lines(profile, node) : site->frame.line;
        for (uint32_t line = 0; line < lines; line++) {
            struct advise_place place = advise_place_of(profile, node, line);
            const struct disguise *known = find(advise_unqualified(place.function));
            if (known && (!found || !is_container(known) || is_container(found)))
                found = known;
        }
        node = profile->nodes.items[node].parent;
    }
    return found;
}

const struct disguise *disguise_at(uint32_t number)
{
    return number < sizeof(table) / sizeof(*table) ? &table[number] : NULL;
}

uint32_t disguise_number(const char *function)
{
    const struct disguise *found = find(advise_unqualified(function));
    return found ? (uint32_t)(found - table) : UINT32_MAX;
}
