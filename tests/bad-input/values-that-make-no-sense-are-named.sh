# SPDX-License-Identifier: Apache-2.0
# `memprof run` refuses them before anything starts; the library says one line, takes its
# default, and the program runs.
. "$SRC/tests/lib.sh"
for bad in INTERVAL=abc INTERVAL=0 INTERVAL=-5 INTERVAL=12Q INTERVAL=64Kx INTERVAL=64KK INTERVAL= INTERVAL=99999999999999999999 INTERVAL=18446744073709555712 \
    DEPTH=many DEPTH=0 UNWIND=magic SEED=x STATE_MAX=lots STATE_MAX=1 STATE_MAX=16Mb; do
    flag=$(tr 'A-Z_' 'a-z-' <<<"--${bad%=*}")
    value=${bad#*=}
    refused 2 "${value:-interval}" "$MEMPROF" run "$flag=$value" -- "$TARGETS/ends" exit
    [[ -z $value ]] && continue
    refused 2 "MEMPROF_${bad%=*}.*$value|$value.*MEMPROF_${bad%=*}" env "MEMPROF_$bad" "$MEMPROF" run "$TARGETS/ends" exit
    refused 3 "MEMPROF_${bad%=*}" env "MEMPROF_$bad" LD_PRELOAD="$SHIM" "$TARGETS/ends" exit
done
refused 2 'no-such-option' "$MEMPROF" run --no-such-option "$TARGETS/ends"
refused 2 'no-such-command' "$MEMPROF" no-such-command
