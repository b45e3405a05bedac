# SPDX-License-Identifier: Apache-2.0
# --compare shows both sides and the change: exact values differ without a test, others by the rank
# sum test, which says nothing with fewer than four runs a side.
. "$SRC/tests/lib.sh"
need jq
runs() { # DIRECTORY RUNS ARGUMENT...
    "$MEMPROF" stat -n "$2" --plain=0 -o "$1" -- "$TARGETS/regress" "${@:3}" >/dev/null
}
runs base 3 0 40
"$MEMPROF" stat -n 3 --plain=0 --compare=base -o new -- "$TARGETS/regress" 1 40 >out
has out '^  regress +allocs +4000 +4100 +\+2\.50 % exact$'
has out '^  regress +peak +39.06 kB +39.06 kB +same$'
has out '^  regress +CPU, recorded +.* \?$'
has out 'nothing can be said with fewer than 4 runs a side'
# A value that differs is not exact: six runs of 3000 to 3018 against six of 3100 and more do not overlap.
runs noisy 6 0 0 noise
runs other 6 1 0 noise
"$MEMPROF" stat --show=other --compare=noisy --json >report.json
"$MEMPROF" stat --show=other --compare=noisy >out
has out '^  regress +allocs .* \+[0-9.]+ % \(p=0\.002 n=6\)$'
change() { # VALUE FIELD
    jq -r ".values[] | select(.value == \"$1\").change.$2" report.json
}
is "p of six against six" 0.0021 "$(change alloc_objects p | cut -c1-6)"
is "verdict" different "$(change alloc_objects verdict)"
"$MEMPROF" stat --show=noisy --compare=noisy --json >report.json
[[ $(change alloc_objects verdict) =~ ^(alike|same)$ ]] || fail "the same runs differ"
# A side of its own cannot be of another program, nor recorded in another way, nor nothing.
"$MEMPROF" stat -n 1 --plain=0 -o another -- ls >/dev/null
refused 2 "is of 'ls', and this is 'regress'" "$MEMPROF" stat --show=base --compare=another
"$MEMPROF" stat -n 1 --plain=0 -i 4K -o sampled -- "$TARGETS/regress" 0 40 >/dev/null
refused 2 'was recorded at interval 4096' "$MEMPROF" stat --show=base --compare=sampled
refused 2 'nowhere/stat.json: No such file' "$MEMPROF" stat --show=base --compare=nowhere
refused 2 'nowhere/stat.json: No such file' "$MEMPROF" stat --compare=nowhere -o never -- "$TARGETS/regress" 0 40
[[ ! -e never ]] || fail "it ran although there is nothing to compare with"
# A result can take the place of what it is compared with.
"$MEMPROF" stat -n 3 --plain=0 --compare=base -o base -- "$TARGETS/regress" 1 40 >out
has out '\+2\.50 % exact$'
is "allocations by now" 4100 "$(jq '.runs[0].programs[0].alloc_objects' base/stat.json)"
