# SPDX-License-Identifier: Apache-2.0
# The label `bytes` has its unit, so that ranges work.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/sites" >/dev/null
profile=$(profile_of sites)
pprof -top -sample_index=alloc_objects -tagfocus=bytes=4kb:8kb "$profile" 2>/dev/null >top
has top ' site_4k$'
has top ' site_all_kept$'
lacks top ' site_(16|100|300k|above|32m)$'
pprof -top -sample_index=alloc_objects -tagignore=bytes=:1kb "$profile" 2>/dev/null >top
lacks top ' site_(16|100)$'
pprof -tags -sample_index=alloc_objects "$profile" 2>/dev/null >tags
has tags 'bytes: Total'
