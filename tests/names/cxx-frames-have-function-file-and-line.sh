# SPDX-License-Identifier: Apache-2.0
# Each line marked EXPECT must be reported with exactly that function, file and line:
# inlines, templates, a noreturn last call, neighbouring lines, an anonymous namespace,
# plugins that were closed - the second one loaded where the first one was.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/names" "$TARGETS/libplugin_one.so" "$TARGETS/libplugin_two.so"
names_as_expected "$(profile_of names)" names.cc libplugin_one.cc libplugin_two.cc
lacks frames '^(comes_after_it|plugin_padding)'
