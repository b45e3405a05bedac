# SPDX-License-Identifier: Apache-2.0
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
mkdir sub
MEMPROF_OUT='sub/%e-%%-%p-%t.out' profiled "$TARGETS/ends" exit &
pid=$!
wait $pid || true
file=$(one sub/*)
[[ $file =~ ^sub/ends-%-[0-9]+-$(date +%Y)[0-9]{4}-[0-9]{6}\.out$ ]] || fail "named $file"
valid "$file"
# Relative to the directory at the start, not the one at the end.
cd sub
MEMPROF_OUT=here.pb.gz profiled bash -c 'cd /; exit 0'
valid here.pb.gz
