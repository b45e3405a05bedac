# SPDX-License-Identifier: Apache-2.0
# The same table, function by function, as go tool pprof -top prints.
. "$SRC/tests/lib.sh"
table() {
    sed -n '/flat%/,$p' | sed 1d | sed 's/ (inline)$//; s/^ *//; s/  */ /g'
}
MEMPROF_INTERVAL=1 profiled "$TARGETS/names" "$TARGETS/libplugin_one.so"
MEMPROF_INTERVAL=64K profiled "$TARGETS/sites" >/dev/null
MEMPROF_INTERVAL=1 profiled "$TARGETS/glue"
MEMPROF_INTERVAL=4K profiled bash -c 'for ((n = 0; n < 3000; n++)); do a[n]="item $n"; done'
for file in $(profiles); do
    for type in inuse_space inuse_objects alloc_space alloc_objects; do
        pprof -top -nodecount=30 -sample_index=$type "$file" 2>/dev/null | table >wanted
        "$MEMPROF" top -n 30 -s $type "$file" | table >got
        is_empty=$([[ $type == inuse* && $file == *memprof.sites.* ]] && echo 1 || true)
        [[ -s wanted || $is_empty ]] || fail "pprof has no $type of $file"
        diff wanted got || fail "$type of $file: memprof top (>) is not pprof -top (<)"
    done
done
pprof -top -nodecount=10 -sample_index=alloc_space $(profiles) 2>/dev/null | table >wanted
"$MEMPROF" top -n 10 -s alloc_space $(profiles) | table >got
[[ -s wanted ]] || fail "pprof has nothing of several files"
diff wanted got || fail "several files: memprof top (>) is not pprof -top (<)"
"$MEMPROF" top "$file" >default
has default inuse_space
# A profile by somebody else.
pprof -proto -output=other.pb.gz "$file" 2>/dev/null
"$MEMPROF" top other.pb.gz >/dev/null
