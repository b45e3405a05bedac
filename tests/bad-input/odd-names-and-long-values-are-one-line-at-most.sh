# SPDX-License-Identifier: Apache-2.0
# Values of 10 KiB, a program whose name has a newline, a tab and bytes that are no text:
# the program runs, at most one line is said, and the profile's name is usable.
. "$SRC/tests/lib.sh"
long=$(printf '%10240s' '' | tr ' ' x)
export MEMPROF_INTERVAL=1
for name in DIR OUT COLLECTOR INTERVAL SEED DEPTH UNWIND RUN; do
    rm -f memprof.*
    is "status with a long $name" 3 "$(status_of env "MEMPROF_$name=$long" LD_PRELOAD="$SHIM" "$TARGETS/ends" exit)"
    is "output with a long $name" "" "$(cat out)"
    [[ $(wc -l <err) -le 1 && $(wc -c <err) -le 1024 ]] || fail "a long $name: $(head -c 300 err)"
    [[ $name == RUN ]] || has err "^memprof: MEMPROF_$name"
    # All but what has no default: the profile is where it is without.
    [[ $(profiles) || $(states) ]] || fail "nothing with a long $name: $(cat err)"
    rm -f "$MEMPROF_DIR"/*
done
odd=$'new\nline\tand \xff\xfe %p %n'
cp "$TARGETS/ends" "./$odd"
rm -f memprof.*
is "status of $odd" 3 "$(LD_PRELOAD=$SHIM status_of "./$odd" exit)"
is messages "" "$(cat err)"
files=(memprof.*)
is profiles 1 ${#files[@]}
valid "${files[0]}"
is "what it recorded" "1000 1000000" "$(counted "${files[0]}" work | cut -d' ' -f1,2)"
rm -f memprof.*
is "status under run" 3 "$(status_of "$MEMPROF" run -- "./$odd" exit)"
files=(memprof.*)
is profiles 1 ${#files[@]}
is "lines of the summary with a control character" "" "$(LC_ALL=C grep -n $'[\x01-\x08\x0b-\x1f]' err || true)"
# Left by a kill, listed and collected by its odd name.
is status 137 "$(LD_PRELOAD=$SHIM status_of "./$odd" kill 2>/dev/null)"
rm -f memprof.*
"$MEMPROF" collect >list 2>&1
is "lines of the list" 2 "$(wc -l <list)"
"$MEMPROF" collect --all >collected 2>&1
is "lines of the result" 1 "$(wc -l <collected)"
files=(memprof.*)
is profiles 1 ${#files[@]}
[[ -z $(ls "$MEMPROF_DIR") ]] || fail "left" "$MEMPROF_DIR"/*
