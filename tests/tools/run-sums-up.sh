# SPDX-License-Identifier: Apache-2.0
# Allocated, live at exit, interval, samples, the file and the line to type; -q is silent.
. "$SRC/tests/lib.sh"
is status 3 "$(status_of "$MEMPROF" run --interval=1 -- "$TARGETS/ends" exit)"
is output "" "$(cat out)"
file=$(profile_of ends)
has err '1000'
has err 'interval'
has err 'samples'
has err "go tool pprof .*$file"
lacks err 'truncated|lost'
eval "$(grep -o 'go tool pprof .*' err | sed 's/go tool pprof/pprof -top/')" >top 2>/dev/null
has top ' work$'
is "status with -q" 3 "$(status_of "$MEMPROF" run -q -i 1 -- "$TARGETS/ends" exit)"
is messages "" "$(cat err)"
is "status without --" 3 "$(status_of "$MEMPROF" run -q -i 1 "$TARGETS/ends" exit)"
"$MEMPROF" run -i 1 -- "$TARGETS/forks" 3 >/dev/null 2>err
is "other profiles named" 3 "$(ls memprof.forks.* | wc -l | awk '{ print $1 - 1 }')"
has err '3 (other|more|children|child)'
