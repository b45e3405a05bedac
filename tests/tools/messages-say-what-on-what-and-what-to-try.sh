# SPDX-License-Identifier: Apache-2.0
# Wrong commands, options and values get one plain line each; nothing to do is said as that.
. "$SRC/tests/lib.sh"
refused 2 "^memprof: unknown command 'frob'; try 'memprof --help'" "$MEMPROF" frob
refused 2 "^memprof: unknown option '--frob'; try 'memprof --help'" "$MEMPROF" --frob
for command in $(sed -n 's/^ *ROW(\([a-z]*\),.*/\1/p' "$SRC/tools/command.h"); do
    refused 2 "^memprof $command: unknown option '--frob'; try 'memprof $command --help'" "$MEMPROF" $command --frob
done
refused 2 "^memprof top: option '--list' needs a value; try" "$MEMPROF" top --list
refused 2 "^memprof top: no profile and no process given; try" "$MEMPROF" top
refused 2 "^memprof top: --by: 'x' is unknown; try function, line," "$MEMPROF" top --by=x p.pb.gz
refused 2 "^memprof top: --stacks: 'x' is not a number .*; try 10" "$MEMPROF" top --stacks=x p.pb.gz
refused 2 "^memprof top: --list: --stacks, --callers and --list exclude each other" "$MEMPROF" top --stacks --list=x p.pb.gz
refused 2 "^memprof top: missing.pb.gz: no such file, and no process" "$MEMPROF" top missing.pb.gz
mkdir empty
refused 2 "^memprof top: empty: no profiles in this directory .*; try" "$MEMPROF" top empty
refused 2 "^memprof collect: --prune removes states without a profile" "$MEMPROF" collect --prune --all
refused 2 "^memprof collect: --output: 'x' would be the name of 2 profiles; put %p" "$MEMPROF" collect -o x a.state b.state
refused 2 "^memprof collect: cannot collect: process $$: memprof does not record it; start it with" "$MEMPROF" collect $$
"$MEMPROF" collect >out
has out '^No states found'
"$MEMPROF" collect --all >out
has out '^No states of killed processes found'
is status 0 "$(status_of env LD_PRELOAD="$SHIM" MEMPROF_INTERVAL=x MEMPROF_VERBOSE=1 "$TARGETS/exact")"
has err '^memprof: MEMPROF_INTERVAL=x: not a number, or out of range \(suffixes K M G\); using 524288'
