# SPDX-License-Identifier: Apache-2.0
# Without arguments it lists all states, --all collects it, --prune ages it out.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
for n in 1 2 3; do MEMPROF_COLLECTOR=none profiled "$TARGETS/ends" exit || true; done
is "states" 3 "$(states | wc -w)"
"$MEMPROF" collect >list
for state in $(states); do
    grep -qF "$(basename "$state")" list || fail "not in the list: $state"
    has list "$(cut -d. -f2 <<<"$(basename "$state")").*ends"
done
[[ -z $(profiles) && $(states | wc -w) == 3 ]] || fail "a list collects nothing"
"$MEMPROF" collect --all >/dev/null 2>&1
is "profiles" 3 "$(profiles | wc -w)"
valid $(profiles)
[[ -z $(states) ]] || fail "left" $(states)
# A directory is what lies in it; one state by its name.
rm -f memprof.*
for n in 1 2; do MEMPROF_COLLECTOR=none profiled "$TARGETS/ends" exit || true; done
"$MEMPROF" collect "$MEMPROF_DIR" >/dev/null 2>&1
is "profiles of a directory" 2 "$(profiles | wc -w)"
# Only what is old goes.
for n in 1 2; do MEMPROF_COLLECTOR=none profiled "$TARGETS/ends" exit || true; done
old=("$MEMPROF_DIR"/*.state)
touch -d '3 days ago' "${old[0]}"
"$MEMPROF" collect --prune=2d >/dev/null 2>&1
is "states after --prune=2d" 1 "$(states | wc -w)"
rm -f $(states)
"$MEMPROF" collect >list
is status 0 $?
