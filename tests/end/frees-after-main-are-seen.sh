# SPDX-License-Identifier: Apache-2.0
# Static destructors and atexit handlers free: that is no leak.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/late"
dump "$(profile_of late)" >dumped
has dumped '^[0-9]+ [0-9]+ 0 0 .* (static_)?holder::holder'
has dumped '^1 4321 0 0 .* main@'
has dumped '^1 54321 1 54321 .* main@'
