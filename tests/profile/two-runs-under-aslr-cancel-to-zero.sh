# SPDX-License-Identifier: Apache-2.0
# Names and module files match across runs: the same binary twice leaves nothing.
. "$SRC/tests/lib.sh"
[[ $(cat /proc/sys/kernel/randomize_va_space) != 0 ]] || skip "no ASLR here"
for run in a b; do
    MEMPROF_INTERVAL=1 MEMPROF_OUT=$run.pb.gz profiled "$TARGETS/names" "$TARGETS/libplugin_one.so"
done
for option in -base -diff_base; do
    pprof -top -sample_index=alloc_space $option=a.pb.gz b.pb.gz >top 2>/dev/null
    # A line of the table that is not zero.
    lacks top '^ +-?[0-9.]*[1-9][0-9.]*[kMG]?B? '
done
# A rebuilt binary at other addresses differs in what was changed, by name.
sed 's/malloc(1006)/malloc(5106)/; s/^NOINLINE void neighbours/int padding_a[4]; &/' "$SRC/tests/targets/names.cc" >names.cc
g++ -g -O2 names.cc -o names -ldl 2>/dev/null
MEMPROF_INTERVAL=1 MEMPROF_OUT=c.pb.gz profiled ./names "$TARGETS/libplugin_one.so"
pprof -top -sample_index=alloc_space -diff_base=a.pb.gz c.pb.gz 2>/dev/null >top
has top '^ +4(\.00)?kB .* neighbours'
lacks top '^ +-?[0-9.]*[1-9][0-9.]*[kMG]?B? .* (widget|box|a_static)'
