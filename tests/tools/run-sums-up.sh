# SPDX-License-Identifier: Apache-2.0
# Allocated, live at exit, interval, samples, the file and the line to type; -q is silent.
. "$SRC/tests/lib.sh"
is status 3 "$(status_of "$MEMPROF" run --interval=1 -- "$TARGETS/ends" exit)"
is output "" "$(cat out)"
file=$(profile_of ends)
has err 'interval'
has err 'samples'
has err "go tool pprof .*$file"
lacks err 'truncated|lost'
eval "$(grep -o 'go tool pprof .*' err | sed 's/go tool pprof/pprof -top/')" >top 2>/dev/null
has top ' work$'
# Its numbers are the profile's: of 20 002 blocks a third is live.
"$MEMPROF" run --interval=1 -o sizes.pb.gz -- "$TARGETS/refused" 1 >/dev/null 2>err
read -r objects bytes live live_bytes < <(totals sizes.pb.gz)
[[ $objects -ge 20001 && $live -ge 6668 && $live -lt 7000 ]] || fail "allocates $objects, $live live"
# amount BYTES OBJECTS: as the summary has it, here always megabytes.
amount() {
    awk -v bytes="$1" -v objects="$2" 'BEGIN { printf "%.2f MB in %d objects", bytes / 1048576, objects }'
}
has err "^  allocated +([0-9.]+ GB in $objects objects|$(amount "$bytes" "$objects"))$"
has err "^  live at exit +$(amount "$live_bytes" "$live")$"
is "status with -q" 3 "$(status_of "$MEMPROF" run -q -i 1 -- "$TARGETS/ends" exit)"
is messages "" "$(cat err)"
is "status without --" 3 "$(status_of "$MEMPROF" run -q -i 1 "$TARGETS/ends" exit)"
"$MEMPROF" run -i 1 -- "$TARGETS/forks" 3 >/dev/null 2>err
is "other profiles named" 3 "$(ls memprof.forks.* | wc -l | awk '{ print $1 - 1 }')"
has err '3 (other|more|children|child)'
