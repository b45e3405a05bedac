# SPDX-License-Identifier: Apache-2.0
# The profile carries names, lines and inlines; `list` needs the source only.
. "$SRC/tests/lib.sh"
cp "$TARGETS/names" prog
MEMPROF_INTERVAL=1 profiled ./prog
rm prog
profile=$(profile_of prog)
go=$(go env GOROOT)/pkg/tool/$(go env GOHOSTOS)_$(go env GOHOSTARCH)/pprof
alone() {
    PATH=/nonexistent PPROF_TMPDIR=$TMPDIR HOME=$TMPDIR "$go" "$@" 2>pprof.err
    lacks pprof.err 'exec|not found|Local symbolization'
}
alone -top -sample_index=alloc_space "$profile" >top
for name in 'widget::clone' '\(anonymous namespace\)::in_anonymous_namespace' 'innermost_inlined\(\) .inline'; do
    has top "$name"
done
alone -list 'a_static_function' -sample_index=alloc_space "$profile" >list
has list '[0-9.]+kB +[0-9.]+kB +[0-9]+:.*malloc\(1002 \* count\)'
alone -peek 'middle_inlined' -sample_index=alloc_space "$profile" >peek
has peek 'holds_inlined'
alone -tree -sample_index=alloc_objects "$profile" >tree
alone -traces -sample_index=alloc_objects "$profile" >traces
has traces 'allocates_and_leaves'
alone -dot -sample_index=alloc_space "$profile" >dot
has dot 'digraph'
