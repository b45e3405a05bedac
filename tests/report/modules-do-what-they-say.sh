# SPDX-License-Identifier: Apache-2.0
# The modules of the page without a browser, over data that the command wrote: what they read, sums, frames, what is folded, a
# search, callers, sizes; and the joined script is one that compiles, without what could run text.
. "$SRC/tests/lib.sh"
. "$SRC/tests/report/report.inc"
need node
made one $HEAP default=inuse_space period=4096 <<'STACKS'
300,30000,200,20000 keep@/src/a.c:3^again@/src/a.h:7;work@/src/a.c:20!/bin/app;main@/src/a.c:9!/bin/app
200,10000,100,9000 other@/src/b.c:3!/lib/libb.so;work@/src/a.c:21!/bin/app;main@/src/a.c:9!/bin/app
5,500,5,500 work@/src/a.c:21!/bin/app;work@/src/a.c:22!/bin/app;main@/src/a.c:10!/bin/app
1,1,1,1 tiny1;main@/src/a.c:9!/bin/app
2,2,2,2 tiny2;main@/src/a.c:9!/bin/app
STACKS
made disguised $HEAP default=inuse_space <<'STACKS'
50000,500000,0,0 strdup!/usr/lib/x86_64-linux-gnu/libc.so.6;copy@/src/a.c:3!/bin/app;main@/src/a.c:9!/bin/app
30000,900000,0,0 std::vector<int>::grow!/bin/app;std::function<void ()>::function!/bin/app;std::invoke!/bin/app;call@/src/a.c:4!/bin/app;main@/src/a.c:9!/bin/app
100,900,0,0 getline!/usr/lib/x86_64-linux-gnu/libc.so.6;read@/src/a.c:5!/bin/app;main@/src/a.c:9!/bin/app
STACKS
reported --no-sources disguised.pb.gz
reported --no-sources one.pb.gz
reported --no-sources --max-nodes=4 -o folded.html one.pb.gz
has said.report 'small nodes folded'
for name in one folded disguised; do
    sed -n 's/.*<script type="application\/json" id="about">\(.*\)<\/script>$/\1/p' $name.html >$name.about
    sed -n 's/.*<script type="text\/plain" id="data">\(.*\)<\/script>$/\1/p' $name.html >$name.data
done
sed -n '/<script type="module">/,/<\/script>/p' one.html | sed '1s/.*<script type="module">//; $d' >joined.mjs
node --check joined.mjs
lacks joined.mjs 'innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|fetch\(|XMLHttp|WebSocket|import\(|https?://(www\.)?[^w]'
MODULES=$SRC/tools/report/page node --test "$SRC/tests/report/modules.mjs" >said 2>&1 || fail "$(cat said)"
has said '^# (pass|tests) [1-9]'
