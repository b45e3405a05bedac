# SPDX-License-Identifier: Apache-2.0
# What is stored of a state is found hole by hole, not page by page: to find the next hole the kernel goes
# through all pages up to it, so a look for each page would cost the square of their number.
. "$SRC/tests/lib.sh"
need strace
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/many_sites" 20000
state=$(one $(states))
pages=$(($(stat -c %b "$state") / 8))
strace -f -e trace=lseek -o calls "$COLLECT" --keep -o p.pb.gz "$state" >/dev/null
valid p.pb.gz
[[ $pages -gt 400 ]] || fail "the state has $pages pages only"
looks=$(grep -cE 'SEEK_(DATA|HOLE)' calls)
[[ $looks -lt $((pages / 2)) ]] || fail "$looks looks for holes in $pages pages"
rm "$state"
