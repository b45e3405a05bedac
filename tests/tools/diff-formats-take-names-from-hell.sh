# SPDX-License-Identifier: Apache-2.0
# Quotes, ends of lines and of scripts, separators of each format, backticks and bytes that are no UTF-8, in
# names, files, modules, gates and paths: each format stays valid, by the reader that others use for it.
. "$SRC/tests/lib.sh"
make() { # FILE EXTRA
    /usr/bin/python3 "$SRC/tests/tools/make_profile.py" "$1" escapes=1 period=1 \
        types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes <<STACKS
$((10 + $2)),$((100000 + $2 * 3000)),1,100 a"b'c\x0ad\\\\e@src/q"u,o:t%e.c:7!dir/m"od.so;main@main.c:3!prog
$((10 + $2)),$((90000 + $2 * 2000)),1,100 </script><script>alert(1)</script>@x.c:2!prog;</details><h1>&amp\x3b@x.c:3!prog
$((10 + $2)),$((80000 + $2 * 1000)),1,100 ::error file=x::y|z||\x60\x60\x60|\x60@a|b.c:1!prog;]]>--><x\x01\x1b[31m\x7f\xc2\x85@y.c:9!prog
$((10 + $2)),$((70000 + $2 * 900)),1,100 bad\xff\xfe\xed\xa0\x80\xef\xbf\xbe utf8\xe2\x80\xae\xf0\x9f\x98\x80@\xffdir/f.c:5!prog;@everyone #1 **b** [l](http://x)@z.c:4!prog
$((10 + $2)),$((60000 + $2 * 800)),1,100 =HYPERLINK(1)@z.c:4!prog;$(printf 'long%.0s' {1..3000})@z.c:5!prog
$((10 + $2)),$((50000 + $2 * 700)),1,100 x\x0d\x0a::warning::injected,=+\x09tab@z.c:4!prog;main@z.c:5!prog
STACKS
}
base=$'ba"s`e\n|<\xff>.pb.gz'
make "$base" 0
make new.pb.gz 1
formats=(text markdown json csv junit github sarif)
is "status" 1 "$(status_of "$MEMPROF" diff --one-run --fail-on='alloc_space:+1%' --fail-on=$'@(x|"<|`\n::,).*:alloc_space:+0' \
    $(for f in "${formats[@]}"; do echo "--output=$f=out.$f"; done) "$base" new.pb.gz)"
for format in "${formats[@]}"; do
    cmp "out.$format" <("$MEMPROF" diff --format=$format --one-run --fail-on='alloc_space:+1%' \
        --fail-on=$'@(x|"<|`\n::,).*:alloc_space:+0' "$base" new.pb.gz) || fail "$format is another in a file"
    iconv -f UTF-8 -t UTF-8 "out.$format" >/dev/null || fail "$format is no UTF-8"
done
jq -e '.status == 1 and (.sites.changed | length) == 6 and (.gates | length) == 2' out.json >jq.out || fail "JSON"
xmllint --noout --schema "$SRC/tests/tools/junit.xsd" out.junit 2>xml.err || { cat xml.err; fail "JUnit"; }
/usr/bin/python3 "$SRC/tests/tools/check_formats.py" out. || fail "a format is not what it says"
if part_needs cmark-gfm; then
    cmark-gfm --unsafe -e table -e autolink -e tagfilter out.markdown >html
    lacks html '<(script|h1|img|em)|</details><h1'
    is "ends of details" 1 "$(grep -c '</details>' html)"
    lacks html 'href="http://x'
fi
