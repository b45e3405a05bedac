# SPDX-License-Identifier: Apache-2.0
# A location is the return address - 1: the address after it follows a call instruction.
. "$SRC/tests/lib.sh"
[[ $(uname -m) == x86_64 ]] || skip "reads the instructions of x86-64"
MEMPROF_INTERVAL=1 profiled "$TARGETS/names"
objdump -d --no-show-raw-insn "$TARGETS/names" | awk '/^ +[0-9a-f]+:/ { sub(":", "", $1); if (call) print $1; call = $2 ~ /call/ }
    /^[0-9a-f]+ </ { if (call) print $1; call = 0 }' | sed 's/^0*//' | sort >after_calls
readelf -Wl "$TARGETS/names" | awk '$1 == "LOAD" && / E / { print $2, $3 }' >segment
/usr/bin/python3 - "$SRC/tests" "$(profile_of names)" $(cat segment) <<'PYTHON' | sort -u >returns
import sys
sys.path.insert(0, sys.argv[1])
import pprof
profile, offset, vaddr = pprof.Profile(sys.argv[2]), int(sys.argv[3], 16), int(sys.argv[4], 16)
for location in profile.locations:
    mapping = profile.mapping_by_id.get(location["mapping"])
    if mapping and mapping["id"] == 1:
        print(f"{location['address'] + 1 - mapping['start'] + mapping['offset'] - offset + vaddr:x}")
PYTHON
[[ $(wc -l <returns) -ge 12 ]] || fail "only $(wc -l <returns) addresses in the program"
[[ -z $(comm -23 returns after_calls) ]] || fail "no call ends at" $(comm -23 returns after_calls)
