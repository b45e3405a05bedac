# SPDX-License-Identifier: Apache-2.0
# One line that names the file, status 2, and no new file; an old one stays.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 MEMPROF_OUT=exact.pb.gz profiled "$TARGETS/sites" >/dev/null
MEMPROF_INTERVAL=8K MEMPROF_OUT=sampled.pb.gz profiled "$TARGETS/sites" >/dev/null
head -c 300 exact.pb.gz >cut.pb.gz
echo "no profile" >text.pb.gz
: >empty.pb.gz
/usr/bin/python3 "$SRC/tests/tools/make_profile.py" cpu.pb.gz types=samples/count,cpu/nanoseconds <<<'3,30 leaf;main'
/usr/bin/python3 "$SRC/tests/tools/make_profile.py" swapped.pb.gz \
    types=alloc_space/bytes,alloc_objects/count,inuse_objects/count,inuse_space/bytes <<<'3,30,1,1 leaf;main'
/usr/bin/python3 "$SRC/tests/tools/make_profile.py" go.pb.gz \
    types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes <<<'1,524288,1,524288 main.leaf;main.main'
echo old >old.pb.gz
while read -r file why; do
    refused 2 "^memprof merge: .*$file.pb.gz.*$why" "$MEMPROF" merge -o old.pb.gz exact.pb.gz $file.pb.gz
    is "an older file after $file" old "$(<old.pb.gz)"
done <<'CASES'
missing No such file
cut .
text .
empty .
cpu values are of other types
swapped values are of other types
sampled is sampled, and the profiles before it are exact.*--force
CASES
[[ -z $(compgen -G 'old.pb.gz.*') ]] || fail "a temporary file is left"
"$MEMPROF" merge --force -o forced.pb.gz exact.pb.gz sampled.pb.gz
pprof -proto -output=wanted.pb.gz exact.pb.gz sampled.pb.gz 2>/dev/null
is "totals by force" "$(totals wanted.pb.gz)" "$(totals forced.pb.gz)"
"$MEMPROF" merge -o gos.pb.gz go.pb.gz sampled.pb.gz # another maker's heap profile has the same types
"$MEMPROF" merge cpu.pb.gz cpu.pb.gz >cpus.pb.gz
has <(pprof -raw cpus.pb.gz 2>/dev/null) '^ +6 +60:'
mkdir dir && cp exact.pb.gz text.pb.gz dir
is "status of a directory with a bad file" 2 "$(status_of "$MEMPROF" merge -o new.pb.gz dir)"
has err 'nothing was written, since 1 of 2 files could not be read'
[[ ! -e new.pb.gz ]] || fail "half a sum was written"
ln -s exact.pb.gz link.pb.gz
refused 2 'link.pb.gz: is there and is no regular file' "$MEMPROF" merge -o link.pb.gz exact.pb.gz
refused 2 'x.pb.gz: No such file' "$MEMPROF" merge -o no/such/x.pb.gz exact.pb.gz
refused 2 'no profile file given; try' "$MEMPROF" merge
is "a full disk" 2 "$(status_of bash -c "'$MEMPROF' merge exact.pb.gz >/dev/full")"
