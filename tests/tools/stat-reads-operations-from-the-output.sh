# SPDX-License-Identifier: Apache-2.0
# --ops-from takes the last match, on either stream, and what the program prints goes where it went;
# each run reads the same input.
. "$SRC/tests/lib.sh"
need jq
cat >bench <<'BENCH'
#!/bin/sh
echo; echo "warm: 10 requests"
printf 'all: 1,000 requests'
echo '500 on stderr' >&2
BENCH
chmod +x bench
"$MEMPROF" stat -n 2 --plain=1 -o kept --ops-from '([0-9,]+) requests' -- ./bench >out 2>err
is "what it printed" 3 "$(grep -c '^warm: 10 requests' out)"
is "what it printed on stderr" 3 "$(grep -c '^500 on stderr$' err)"
is "operations" "1000 500" "$(jq '.runs[0].operations' kept/stat.json) $("$MEMPROF" stat -n 1 -o two --ops-from='^[0-9]+' \
    -- ./bench >/dev/null 2>&1 && jq '.runs[0].operations' two/stat.json)"
"$MEMPROF" stat -n 1 --discard-output -o kept --ops-from '([0-9,]+) requests' -- ./bench >out 2>err
lacks out 'requests'
has out '^  allocs/op '
# With --json the program's output leaves stdout to the JSON.
"$MEMPROF" stat -n 1 --json -o kept -- ./bench 2>err | jq -e '.values | length' >/dev/null
has err 'warm: 10 requests'
"$MEMPROF" stat -n 1 --json -o kept --ops-from '([0-9,]+) requests' -- ./bench 2>err | jq -e '.values | length' >/dev/null
has err 'warm: 10 requests'
# Much output on both streams, and a line that never ends, pass whole.
"$MEMPROF" stat -n 1 --plain=0 -o kept --ops-from 'n=([0-9]+)' -- sh -c 'head -c 3000000 /dev/zero | tr "\0" x; echo; seq 100000 >&2; echo n=7' >out 2>err
is "bytes" "3000000 588895" "$(head -n 1 out | tr -d '\n' | wc -c) $(wc -c <err)"
# A file is read from the same place by each run, anything else by none.
printf 'skipped\nread\n' >input
{ read -r _ && "$MEMPROF" stat -n 2 -o kept -- cat >out; } <input
is "lines that runs read" 4 "$(grep -c '^read$' out)"
echo unread | "$MEMPROF" stat -n 2 -o kept -- cat >out 2>err
has err 'standard input is a pipe'
is "status without a match" 2 "$(status_of "$MEMPROF" stat -n 1 -o kept --ops-from='x([0-9]+)' -- ./bench)"
has err "nothing that the program printed matches"
for bad in '(' 'warm: (.*)'; do
    is "status of $bad" 2 "$(status_of "$MEMPROF" stat -n 1 -o kept --ops-from="$bad" -- ./bench)"
    has err '--ops-from: '
done
for ops in 0 -1 x inf ''; do
    refused 2 '^memprof stat: --ops: ' "$MEMPROF" stat --ops="$ops" -- ./bench
done
