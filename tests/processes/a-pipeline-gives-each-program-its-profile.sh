# SPDX-License-Identifier: Apache-2.0
# vfork, exec and _exit in a shell; children that sampled nothing leave nothing.
. "$SRC/tests/lib.sh"
seq 2000 >numbers
MEMPROF_INTERVAL=1 "$MEMPROF" run -q -- sh -c 'sort -r numbers | tr 0 o | tail -n 1; (exit 4); true | wc -l' >out
is output "1 0" "$(paste -sd ' ' out)"
for program in sort tail wc; do
    valid "$(profile_of $program)"
done
[[ -z $(states) ]] || fail "left" $(states)
rm -f memprof.*
MEMPROF_INTERVAL=1G profiled sh -c 'sort -r numbers | tail -n 1' >/dev/null
[[ -z $(profiles) && -z $(states) ]] || fail "left" $(profiles) $(states)
