# SPDX-License-Identifier: Apache-2.0
# The same tables as go tool pprof prints: every type, order, granularity and filter.
. "$SRC/tests/lib.sh"
# Whoever lacks names need not be looked up each time.
mkdir bin
ln -s /bin/false bin/dpkg
export PATH=$PWD/bin:$PATH
table() {
    sed -n '/flat%/,$p' | sed 1d | sed 's/^ *//; s/  */ /g'
}
# same FILES PPROF-OPTIONS -- TOP-OPTIONS
same() {
    local files=$1 theirs=()
    shift
    while [[ $1 != -- ]]; do theirs+=("$1") && shift; done
    shift
    # shellcheck disable=SC2086
    pprof "${theirs[@]}" $files 2>/dev/null | table >wanted
    # shellcheck disable=SC2086
    "$MEMPROF" top --wrappers=listed "$@" $files 2>/dev/null | table >got || true
    diff wanted got || fail "memprof top $* (>) is not pprof ${theirs[*]} (<) of $files"
}
MEMPROF_INTERVAL=1 profiled "$TARGETS/names" "$TARGETS/libplugin_one.so"
MEMPROF_INTERVAL=64K profiled "$TARGETS/sites" >/dev/null
MEMPROF_INTERVAL=1 profiled "$TARGETS/glue"
MEMPROF_INTERVAL=4K profiled bash -c 'for ((n = 0; n < 3000; n++)); do a[n]="item $n"; done'
for file in $(profiles); do
    for type in inuse_space inuse_objects alloc_space alloc_objects; do
        same "$file" -top -nodecount=30 -sample_index=$type -- -n 30 -s $type
        is_empty=$([[ $type == inuse* && $file == *memprof.sites.* ]] && echo 1 || true)
        [[ -s wanted || $is_empty ]] || fail "pprof has no $type of $file"
    done
    at=(-sample_index=alloc_space)
    same "$file" -top -cum "${at[@]}" -- --cum -s alloc_space
    same "$file" -top -lines "${at[@]}" -- --by=line -s alloc_space
    same "$file" -top -addresses "${at[@]}" -- --by=address -s alloc_space
    same "$file" -peek=. "${at[@]}" -- --callers=. -s alloc_space
    for regex in 'a' 'main|^glue' 'libc|\.c$' '(?i)MAKE' '^[^:]*$' 'matches nothing'; do
        for filter in focus ignore hide show; do
            same "$file" -top "${at[@]}" "-$filter=$regex" -- "--$filter=$regex" -s alloc_space
        done
    done
    same "$file" -top "${at[@]}" -focus=main -ignore=read -hide=vector -- \
        --focus=main --ignore=read --hide=vector -s alloc_space
    same "$file" -top "${at[@]}" -focus=. -ignore='by_|work|malloc' -- --focus=. '--ignore=by_|work|malloc' -s alloc_space
done
same "$(profiles)" -top -nodecount=10 -sample_index=alloc_space -- -n 10 -s alloc_space
[[ -s wanted ]] || fail "pprof has nothing of several files"
same "$(profiles)" -top -lines -sample_index=alloc_objects -- --by=line -s alloc_objects
same "$(profiles)" -peek=main -sample_index=alloc_space -- --callers=main -s alloc_space
# A file has one row, where pprof has one for each function of it: the flat values' sums are equal.
for file in $(profiles); do
    pprof -top -files -unit=B -nodefraction=0 -sample_index=alloc_objects "$file" 2>/dev/null | table |
        awk '{ name = $6; for (n = 7; n <= NF; n++) name = name " " $n; sub(/ \((partial-)?inline\)$/, "", name)
            flat[name] += $1 } END { for (name in flat) if (flat[name]) print flat[name], name }' | sort >wanted
    "$MEMPROF" top --by=file --wrappers=listed -s alloc_objects --callers=. --no-header "$file" |
        sed -n 's/^ *\([0-9]*\) .*% *[0-9]* .*%  *| \(.*\)/\1 \2/p' | grep -v '^0 ' | sort >got
    diff wanted got || fail "memprof top --by=file (>) has not the sums of pprof -files (<)"
done
"$MEMPROF" top "$file" >default
has default inuse_space
# A profile by somebody else.
pprof -proto -output=other.pb.gz "$file" 2>/dev/null
"$MEMPROF" top other.pb.gz >/dev/null
