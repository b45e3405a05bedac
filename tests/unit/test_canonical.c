/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that two builds give to one function are equal, and those of two functions are not.
 */
#include "collector/profile/canonical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void becomes(const char *given, const char *wanted, bool fold_templates)
{
    char name[512];
    snprintf(name, sizeof(name), "%s", given);
    canonical_function(name, fold_templates);
    assert_string_equal(name, wanted);
    canonical_function(name, fold_templates);
    assert_string_equal(name, wanted); /* and stays */
}

static void suffixes_of_clones_go(void **unused)
{
    (void)unused;
    static const char *const suffixes[] = {
        ".constprop.0",
        ".isra.12",
        ".part.3",
        ".cold",
        ".cold.7",
        ".lto_priv.0",
        ".localalias",
        ".localalias.4",
        ".simdclone.2",
        ".clone.1",
        "._omp_fn.0",
        ".resolver",
        ".ifunc",
        ".llvm.1234567890123456789",
        ".llvm.ABCDEF01",
        ".warm",
        ".uniq.1f2e",
        ".__uniq.330142",
        ".cfi",
        ".cfi_jt",
        ".thunk.1",
        ".specialized.2",
        ".argprom",
        ".argelim",
        ".retelim",
        ".extracted",
        ".outlined",
        ".org.0",
        "/2",
        "@plt",
        "@GLIBC_2.2.5",
        "@@GLIBC_2.34",
        " [clone .cold]",
        " [clone .isra.0] [clone .part.1]",
        ".isra.0.cold.1",
        ".part.0.constprop.3",
        ".cold.0/1",
        ".__uniq.12.llvm.34",
    };
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
        char name[128];
        snprintf(name, sizeof(name), "read_all%s", suffixes[i]);
        becomes(name, "read_all", false);
    }
    becomes("ns::read(int) [clone .cold]", "ns::read(int)", false);
    becomes("OUTLINED_FUNCTION_17", "OUTLINED_FUNCTION", false);
}

static void names_that_look_alike_stay(void **unused)
{
    (void)unused;
    static const char *const names[] = {
        "part",
        ".cold",
        "a.cold2",
        "a.part.x",
        "f.llvm.xyz",
        "operator@",
        "@plt",
        "main",
        "x/y",
        "a::hfeed",
        "operator new[](unsigned long)",
        "f(int [3])",
        "array[12]",
        "OUTLINED_FUNCTION_x",
        "h0123456789abcdef",
        "mystd::__1::f",
        "lambda2",
        "a#2",
        "operator<<",
        "operator<=>(int)",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        becomes(names[i], names[i], true);
}

static void numbers_of_the_nameless_go(void **unused)
{
    (void)unused;
    becomes("one(unsigned long)::{lambda(int)#2}::operator()(int) const",
            "one(unsigned long)::{lambda(int)#}::operator()(int) const", false);
    becomes("f()::'lambda0'(int)::operator()(int) const",
            "f()::'lambda'(int)::operator()(int) const", false);
    becomes("f()::'lambda'(int)::operator()(int) const",
            "f()::'lambda'(int)::operator()(int) const", false);
    becomes("f()::$_12::operator()() const", "f()::$_::operator()() const", false);
    becomes("f()::{unnamed type#1}::g()", "f()::{unnamed type#}::g()", false);
    becomes("krate::f::{closure#3}::{impl#1}::g", "krate::f::{closure#}::{impl#}::g", false);
    becomes("<core[846817f741e54dfd]::str::Chars as core[846817f741e54dfd]::Iterator>::next",
            "<core::str::Chars as core::Iterator>::next", false);
    becomes("f()::$_1::g()::'lambda0'(int)::h()::{lambda()#3}::i",
            "f()::$_::g()::'lambda'(int)::h()::{lambda()#}::i", false);
    becomes("alloc::vec::Vec<T>::push::h0123456789abcdef", "alloc::vec::Vec<T>::push", false);
}

static void libraries_names_are_one(void **unused)
{
    (void)unused;
    becomes("std::__cxx11::basic_string<char>::append(char const*)",
            "std::basic_string<char>::append(char const*)", false);
    becomes("void f(std::__1::vector<std::__2::string>)", "void f(std::vector<std::string>)",
            false);
    becomes("name[abi:cxx11](int)", "name(int)", false);
    becomes("non-virtual thunk to A::f()", "A::f()", false);
    becomes("virtual thunk to A::f() [clone .cold]", "A::f()", false);
}

static void return_types_go(void **unused)
{
    (void)unused;
    becomes("void f<int>(int)", "f<int>(int)", false);
    becomes("std::__cxx11::basic_string<char>& a::b::f<int, char const*>(int)",
            "a::b::f<int, char const*>(int)", false);
    becomes("char const* (anonymous namespace)::f<int>(char const*) const",
            "(anonymous namespace)::f<int>(char const*) const", false);
    becomes("std::enable_if<!(is_void<int>), int>::type std::make<int>()", "std::make<int>()",
            false);
    becomes("auto main::{lambda(auto:1)#1}::operator()<int>(int) const",
            "main::{lambda(auto:1)#}::operator()<int>(int) const", false);
    becomes("decltype (declval<T>()) f<int>(int)", "f<int>(int)", false);
    becomes("auto f[abi:cxx11]<int>(int)", "f<int>(int)", false);
    /* What is no return type stays. */
    becomes("a::operator unsigned long() const", "a::operator unsigned long() const", false);
    becomes("operator new(unsigned long)", "operator new(unsigned long)", false);
    becomes("f(int)::Local::name(int) const", "f(int)::Local::name(int) const", false);
    becomes("LazyCompile:~add /home/me/app.js:3:5", "LazyCompile:~add /home/me/app.js:3:5", false);
    becomes("<alloc::vec::Vec<T> as core::clone::Clone>::clone",
            "<alloc::vec::Vec<T> as core::clone::Clone>::clone", false);
    becomes("a::operator<(b const&, b const&)", "a::operator<(b const&, b const&)", false);
}

static void libraries_are_known(void **unused)
{
    (void)unused;
    assert_true(canonical_is_library("std::vector<main::{lambda()#}>::push_back(int)"));
    assert_true(canonical_is_library("<alloc::vec::Vec<T> as core::clone::Clone>::clone"));
    assert_true(canonical_is_library("core::ops::function::FnOnce::call_once"));
    assert_false(canonical_is_library("core::start(int)"));
    assert_false(canonical_is_library("<app::Row as core::clone::Clone>::clone"));
    assert_false(canonical_is_library("app::std::f(int)"));
    char name[] = "(anonymous namespace)::Map<a, b>::at<c>(c const&)";
    canonical_base_name(name);
    assert_string_equal(name, "(anonymous namespace)::Map<>::at<>");
    char local[] = "f(int (*)(char))::Local::operator()(long) const";
    canonical_base_name(local);
    assert_string_equal(local, "f::Local::operator() const");
    char of_gcc[] = "main::{lambda(int)#}::operator()(int) const";
    char of_clang[] = "main::$_::operator()(int) const";
    canonical_base_name(of_gcc);
    canonical_base_name(of_clang);
    assert_string_equal(of_gcc, of_clang);
}

static void templates_fold_when_asked(void **unused)
{
    (void)unused;
    becomes("std::map<int, std::vector<A>>::at(int const&)", "std::map<>::at(int const&)", true);
    becomes("A<&B::operator->>::f<int>()", "A<>::f<>()", true);
    becomes("operator<< <char>(X<int>)", "operator<< <>(X<>)", true);
    becomes("std::map<int, A>::at(int)", "std::map<int, A>::at(int)", false);
    becomes("broken<int", "broken<int", true);
}

static void modules_are_their_files(void **unused)
{
    (void)unused;
    static const char *const names[][2] = {
        {"/usr/lib/libfoo.so.1.2.3", "libfoo.so"},
        {"libfoo.so (deleted)", "libfoo.so"},
        {"/a/b/app (deleted)", "app"},
        {"libso.some.so.5", "libso.some.so"},
        {"app.sorted", "app.sorted"},
        {"/", "/"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char name[64];
        snprintf(name, sizeof(name), "%s", names[i][0]);
        canonical_module(name);
        assert_string_equal(name, names[i][1]);
    }
    char name[64] = "libxml2.so.2+0x131640", function[64] = "operator+0xg",
         narrow[22] = "libxml2.so.2+0x131640";
    assert_true(canonical_nameless(name, sizeof(name)));
    assert_string_equal(name, "libxml2.so [no symbol]");
    assert_false(canonical_nameless(function, sizeof(function)));
    assert_false(canonical_nameless(narrow, sizeof(narrow)));
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(suffixes_of_clones_go),
        TEST(names_that_look_alike_stay),
        TEST(numbers_of_the_nameless_go),
        TEST(libraries_names_are_one),
        TEST(return_types_go),
        TEST(libraries_are_known),
        TEST(templates_fold_when_asked),
        TEST(modules_are_their_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
