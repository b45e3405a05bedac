# SPDX-License-Identifier: Apache-2.0
# All formats of a real comparison have the same rows, gates and verdict; SARIF satisfies its schema; with thousands
# of changed sites the comment is cut and stays whole.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
mkdir base new
for run in 1 2 3; do
    profiled "$TARGETS/regress" 0 0 >/dev/null && mv "$(one $(profiles))" base/$run.pb.gz
    profiled "$TARGETS/regress" 1 40 >/dev/null && mv "$(one $(profiles))" new/$run.pb.gz
done
outputs() { # NAME: one of each format
    for format in text markdown json csv junit github sarif; do echo "--output=$format=$1.$format"; done
}
is "status" 1 "$(status_of "$MEMPROF" diff --repository="$SRC" $(outputs real) --fail-on=alloc_space:+50% \
    --fail-on=new-site:alloc_space:1 --fail-on='@^no_such_function:alloc_space:+0' base -- new)"
/usr/bin/python3 "$SRC/tests/tools/check_formats.py" real. || fail "a format says something else"
xmllint --noout --schema "$SRC/tests/tools/junit.xsd" real.junit 2>xml.err || { cat xml.err; fail "JUnit"; }
has real.github '^::error file=tests/targets/regress.c,line=30,title=memprof%3A new-site%3Aalloc_space%3A1 fails::'
# The same for what is too much to show.
for side in 1 2; do
    for i in {1..3000}; do
        echo "$((i % 7 + 1)),$((2000 + i * side)),0,0 function_number_${i}_of_a_long_name@file$i.c:$i!prog;caller_$i@file$i.c:3!prog;main@m.c:1!prog"
    done | /usr/bin/python3 "$SRC/tests/tools/make_profile.py" $side.pb.gz period=1 \
        types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes
done
"$MEMPROF" diff -n 4000 $(outputs many) 1.pb.gz 2.pb.gz >out
is "sites" 3000 "$(jq '.sites.changed | length' many.json)"
size=$(wc -m <many.markdown)
((size > 50000 && size <= 60000)) || fail "the comment has $size characters"
has many.markdown '^There is more'
is "the last line of a comment that was cut" "</details>" "$(tail -n 1 many.markdown)"
# The schema is in an npm package, and its validator in another.
part_needs npm node || exit 0
schema=@microsoft/jest-sarif here=$PWD
mkdir -p "$B/npm" && cd "$B/npm"
[[ -e node_modules/$schema ]] ||
    npm install --silent --no-audit --no-fund ajv@8 ajv-draft-04@1 ajv-formats@3 $schema@1.0.0-beta.0 >npm.log 2>&1 ||
    skip_rest "npm cannot install the validator of SARIF's schema here"
cat >validate.js <<'CODE'
const fs = require('fs');
const ajv = new (require('ajv-draft-04'))({strict: false, unicodeRegExp: false});
require('ajv-formats')(ajv);
const validate = ajv.compile(JSON.parse(fs.readFileSync(process.argv[2])));
for (const file of process.argv.slice(3))
    if (!validate(JSON.parse(fs.readFileSync(file)))) {
        console.error(file, validate.errors.slice(0, 3));
        process.exit(1);
    }
CODE
node validate.js node_modules/$schema/lib/schemas/sarif-2.1.0-rtm.5.json "$here"/{real,many}.sarif || fail "SARIF's schema is not satisfied"
