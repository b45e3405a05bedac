# SPDX-License-Identifier: Apache-2.0
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=4K
profiled "$TARGETS/sites" >/dev/null
profiled "$TARGETS/names" || true
profiled "$TARGETS/sites" >/dev/null
pprof -proto -output=merged.pb.gz $(profiles) 2>/dev/null
is totals "$(totals $(profiles))" "$(totals merged.pb.gz)"
[[ -x $MEMPROF ]] && "$MEMPROF" top $(profiles) >/dev/null
