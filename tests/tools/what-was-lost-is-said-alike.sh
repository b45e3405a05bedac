# SPDX-License-Identifier: Apache-2.0
# Of a profile that was put together all events count that any part lost, of whatever kind: for stats, report and diff.
. "$SRC/tests/lib.sh"
make_profile() {
    echo 100,1600,50,800 'leaf@a.c:1;main@a.c:9' | /usr/bin/python3 "$SRC/tests/tools/make_profile.py" "$1" period=1 \
        types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes \
        comment="memprof: version 9|memprof: start 2026-01-01T00:00:00Z|memprof: end 2026-01-01T00:00:10.5Z$2"
}
make_profile lost.pb.gz '|memprof: 7 events lost: 7 growth|memprof: lost_growth 7|memprof: 5 events lost: 5 live|memprof: lost_live 5'
make_profile whole.pb.gz ''
"$MEMPROF" stats --json lost.pb.gz >stats
is "lost, and the rate of ten and a half seconds" "12 152" "$(jq -r '"\(.Lost) \(.AllocRate | floor)"' stats)"
"$MEMPROF" report -o lost.html lost.pb.gz >out
has lost.html '12 events lost'
is "lost, of as many as were recorded" 0.107143 "$("$MEMPROF" diff --format=json whole.pb.gz lost.pb.gz | jq "[.. | .lost? // empty] | max * 1e6 | round / 1e6")"
