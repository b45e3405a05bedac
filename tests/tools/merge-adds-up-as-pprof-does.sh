# SPDX-License-Identifier: Apache-2.0
# All four totals and every function's row are those of `go tool pprof -proto` over the same files.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
profiled "$TARGETS/sites" >/dev/null
profiled "$TARGETS/names" || true
profiled "$TARGETS/sites" >/dev/null
files=($(profiles))
pprof -proto -output=wanted.pb.gz "${files[@]}" 2>/dev/null
"$MEMPROF" merge -o sum.pb.gz "${files[@]}"
valid sum.pb.gz
is totals "$(totals wanted.pb.gz)" "$(totals sum.pb.gz)"
for type in alloc_objects alloc_space inuse_objects inuse_space; do
    for file in wanted sum; do
        pprof -top -nodefraction=0 -nodecount=100000 -sample_index=$type $file.pb.gz 2>/dev/null | sed '1,/flat%/d' >$file.$type
    done
    [[ -s wanted.$type ]] || fail "no rows of $type"
    diff wanted.$type sum.$type || fail "rows of $type"
done
# A directory, standard output and standard input, one file alone.
mkdir dir && cp "${files[@]}" dir
"$MEMPROF" merge dir >from-dir.pb.gz
"$MEMPROF" merge - <sum.pb.gz >alone.pb.gz
is "totals of a directory" "$(totals sum.pb.gz)" "$(totals from-dir.pb.gz)"
is "totals of one file" "$(totals sum.pb.gz)" "$(totals alone.pb.gz)"
# The largest interval and the earliest time, as pprof has them.
profiled_at() { MEMPROF_INTERVAL=$1 MEMPROF_OUT=at.$1.pb.gz profiled "$TARGETS/sites" >/dev/null; }
profiled_at 8K && profiled_at 16K
"$MEMPROF" merge -o two.pb.gz at.8K.pb.gz at.16K.pb.gz
pprof -proto -output=two.wanted.pb.gz at.8K.pb.gz at.16K.pb.gz 2>/dev/null
for what in 'Period:' 'Time:'; do
    is "$what" "$(pprof -raw two.wanted.pb.gz 2>/dev/null | grep "^$what")" "$(pprof -raw two.pb.gz 2>/dev/null | grep "^$what")"
done
