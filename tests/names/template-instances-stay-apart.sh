# SPDX-License-Identifier: Apache-2.0
# Equal name and system name would make pprof cut template arguments and merge them.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/names"
pprof -top -sample_index=alloc_space "$(profile_of names)" >top
has top ' box<char, 1004>::make(\(\))?$'
has top ' box<double, 1005>::make(\(\))?$'
