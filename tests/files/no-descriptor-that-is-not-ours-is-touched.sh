# SPDX-License-Identifier: Apache-2.0
# closefrom, close_range, 0-2 closed and their numbers given to files, no descriptor to be
# had: the program gets the numbers it gets without us, and its files hold what it wrote.
. "$SRC/tests/lib.sh"
# Verbose, so that there would be something to write.
export MEMPROF_VERBOSE=1
for way in plain closefrom range standard limit early-closefrom early-standard-_exit range-_exit; do
    rm -f fresh.* memprof.*
    is "status of $way" 8 "$(status_of "$TARGETS/descriptors" $way)"
    head fresh.* >fresh.plain 2>/dev/null || true
    mv out plain
    mkdir -p kept && mv fresh.plain kept/
    rm -f fresh.*
    # At first with nothing but a line to say, for which descriptor 2 may be another's now.
    is "status of $way with us" 8 "$(MEMPROF_INTERVAL=1G LD_PRELOAD=$SHIM status_of "$TARGETS/descriptors" $way)"
    diff kept/fresh.plain <(head fresh.* 2>/dev/null) || fail "$way: something is written to its files"
    rm -f fresh.*
    is "status of $way with us" 8 "$(MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM status_of "$TARGETS/descriptors" $way)"
    diff plain out || fail "$way sees another thing"
    diff kept/fresh.plain <(head fresh.* 2>/dev/null) || fail "$way: its files hold something else"
    if [[ $way == limit ]]; then
        # No descriptor for the collector either: the state stays, and that is said.
        has err '^memprof: .*(the state is kept in|nothing is recorded)'
        "$MEMPROF" collect --all >/dev/null 2>&1
        continue
    fi
    valid "$(profile_of descriptors)"
    blocks=$(counted "$(profile_of descriptors)" work | cut -d' ' -f1)
    is "counted $way" $([[ $way == early* ]] && echo 2000 || echo 1000) "$blocks"
    [[ -z $(states) ]] || fail "left" $(states)
done
