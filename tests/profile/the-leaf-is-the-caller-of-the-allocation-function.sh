# SPDX-License-Identifier: Apache-2.0
# Neither our frames nor malloc, operator new or the allocator's glue are in the way.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/glue"
profile=$(profile_of glue)
pprof -traces -sample_index=alloc_objects "$profile" >traces
# After each rule and its label line, the first frame.
awk '/^-----/ { leaf = 1; next } leaf && $1 ~ /:/ { next } leaf { $1 = ""; print; leaf = 0 }' traces | sort | uniq -c >leaves
for caller in by_malloc by_calloc by_realloc by_aligned by_new by_new_array strdup; do
    has leaves "^ +[0-9]+ +$caller\(?"
done
has leaves '^ +[0-9]+ +std::(__cxx11::)?(basic_string|vector|_Rb_tree|map|__new|string)'
lacks leaves '^ +[0-9]+ +(malloc|calloc|realloc|operator new|__gnu_cxx::new_allocator|std::allocator|std::__new_allocator|memprof|libmemprof)'
lacks traces 'libmemprof|memprof_'
