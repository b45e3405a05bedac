# SPDX-License-Identifier: Apache-2.0
# What only passes allocations on, for eight callers or more, is hidden and named; what works
# itself, has few callers, or calls what allocates is not; --wrappers=show shows all.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/wrappers"
profile=$(profile_of wrappers)
"$MEMPROF" top "$profile" >hidden
has hidden '^Hidden as wrappers: (grab, grab_copy|grab_copy, grab); --wrappers=show'
lacks hidden '%  grab'
has hidden '%  builds$'
has hidden '%  mixes$'
has hidden '%  rare$'
has hidden ' [0-9]+B .*B .*  caller_9$'
for how in show listed; do
    "$MEMPROF" top --wrappers=$how "$profile" >$how
    lacks $how 'Hidden as wrappers'
    has $how '%  grab$'
    has $how '%  grab_copy$'
done
# The total is the same, and a caller has what its wrappers allocated.
is "total" "$(grep -o '[^ ]* total' show)" "$(grep -o '[^ ]* total' hidden)"
"$MEMPROF" top --callers='^caller_1$' --no-header "$profile" >caller
has caller '^ +112B .* 6[0-9]{2}B .*\| caller_1$'
# What is listed is named, too, but not the allocators themselves.
MEMPROF_INTERVAL=4K profiled bash -c 'for ((n = 0; n < 3000; n++)); do a[n]="item $n"; done'
"$MEMPROF" top "$(profile_of bash)" >hidden
has hidden '^Hidden as wrappers: xmalloc'
lacks hidden '%  xmalloc'
# A stack of nothing but wrappers stays.
cat >stacks <<'STACKS'
5 xmalloc
6 xstrdup;xmalloc
7 xmalloc;main
STACKS
/usr/bin/python3 "$SRC/tests/tools/make_profile.py" only.pb.gz drop='x.*alloc|xstrdup' <stacks
"$MEMPROF" top only.pb.gz >rest
has rest '5B .*%  xmalloc$'
has rest '6B .*%  xstrdup$'
has rest '7B .*%  main$'
refused 2 "--wrappers: 'no' is unknown; try hide, listed or show" "$MEMPROF" top --wrappers=no only.pb.gz
