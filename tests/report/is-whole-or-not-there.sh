# SPDX-License-Identifier: Apache-2.0
# What cannot be made is one line and status 2, and leaves no file; what is odd is shown all the same.
. "$SRC/tests/lib.sh"
. "$SRC/tests/report/report.inc"
made one $HEAP default=inuse_space <<<'3,300,2,200 keep@/src/a.c:3!/bin/app;main@/src/a.c:9!/bin/app'
made cpu types=samples/count,cpu/nanoseconds default=cpu <<<'3,30000000 leaf;main'
made other $HEAP <<<'3,300,2,200 keep!/bin/another;main!/bin/another'
echo 'no profile' >no.pb.gz
refused 2 '^memprof report: .*no.pb.gz' "$MEMPROF" report no.pb.gz
refused 2 '^memprof report: .*no-such' "$MEMPROF" report ./no-such.pb.gz
refused 2 '^memprof report: .*no.pb.gz' "$MEMPROF" report --base=no.pb.gz one.pb.gz
refused 2 'its values are of other types than those of one.pb.gz' "$MEMPROF" report --base=cpu.pb.gz one.pb.gz
refused 2 'its values are of other types' "$MEMPROF" report one.pb.gz cpu.pb.gz
refused 2 '^memprof report: no/where.html: No such file or directory' "$MEMPROF" report -o no/where.html one.pb.gz
refused 2 'is there and is no regular file' "$MEMPROF" report -o . one.pb.gz
refused 2 "'/build' is no FROM=TO; try" "$MEMPROF" report --source-map=/build one.pb.gz
refused 2 '^memprof report: no profile or process given' "$MEMPROF" report
refused 2 'No space left on device' "$MEMPROF" report -o /dev/full one.pb.gz
(ulimit -f 4 && trap '' XFSZ && refused 2 '^memprof report: one.html: File too large' "$MEMPROF" report one.pb.gz)
is "what is left" "" "$(ls -A | grep -v -E '^(no|one|cpu|other)\.pb\.gz$|^(out|err)$' || true)"
# Another file stays what it was when there is no new one.
echo mine >one.html
refused 2 'no.pb.gz' "$MEMPROF" report -o one.html no.pb.gz
is "the older file" mine "$(cat one.html)"
"$MEMPROF" report one.pb.gz
has one.html '</html>'
is "its mode" 600 "$(stat -c %a one.html)"
"$MEMPROF" report -o - cpu.pb.gz >cpu.html
has cpu.html 'data-type="cpu" data-value="30000000"'
"$MEMPROF" report --base=other.pb.gz -o other.html one.pb.gz 2>said
has said 'the base is a profile of another program'
has other.html '"otherProgram":true'
has other.html '^<pre>memprof report --base=other.pb.gz -o other.html one.pb.gz '
has other.html '^go tool pprof -http=: -diff_base=other.pb.gz one.pb.gz$'
"$MEMPROF" report -o - - <one.pb.gz >std.html
has std.html 'data-value="200"'
has <("$MEMPROF" report --licenses) 'Apache License 2.0'
LC_ALL=tr_TR.UTF-8 TERM=dumb "$MEMPROF" report -o odd.html one.pb.gz
cmp <(grep -v '<pre>' odd.html) <(grep -v '<pre>' one.html) || fail "another report in another locale"
