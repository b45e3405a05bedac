# SPDX-License-Identifier: Apache-2.0
# Nameless frames would vanish from flame graphs.
. "$SRC/tests/lib.sh"
strip -o stripped "$TARGETS/ends"
MEMPROF_INTERVAL=1 profiled ./stripped || true
dump "$(profile_of stripped)" >dumped
has dumped '^1000 1000000 1000 1000000 bytes=[0-9]+bytes stripped\+0x[0-9a-f]+@[^ ]* stripped\+0x[0-9a-f]+@'
pprof -top -sample_index=alloc_space "$(profile_of stripped)" >top
has top ' stripped\+0x[0-9a-f]+$'
