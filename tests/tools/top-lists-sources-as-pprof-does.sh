# SPDX-License-Identifier: Apache-2.0
# `memprof top --list` prints go tool pprof's -list, finds sources as it does, and says what to
# do where there are none.
. "$SRC/tests/lib.sh"
cp "$SRC/tests/targets/sites.c" "$SRC/tests/targets/glue.cc" .
mkdir -p build/deep
gcc -g -O1 -o sites sites.c
(cd build/deep && g++ -g -O1 -o glue ../../glue.cc)
MEMPROF_INTERVAL=1 profiled ./sites >/dev/null
MEMPROF_INTERVAL=1 profiled build/deep/glue
for profile in $(profiles); do
    for regex in main 'by_|site|alloc' .; do
        pprof -list="$regex" -sample_index=alloc_space "$profile" 2>/dev/null |
            awk '/^ROUTINE/ { ours = /\/(sites.c|glue.cc)$|glue.cc$/ } ours || /^Total/' >wanted
        "$MEMPROF" top --list="$regex" --wrappers=listed -s alloc_space "$profile" |
            awk '/^ROUTINE/ { ours = /\/(sites.c|glue.cc)$|glue.cc$/ } /^No source/ { ours = 0 }
                ours || /^Total/' >got
        has got 'B +[0-9]+:.*[a-z]'
        diff wanted got || fail "--list=$regex of $profile (>) is not pprof's (<)"
    done
done
profile=$(profile_of sites)
# Elsewhere, the file is found by the directory's name, or where --source-path says.
mkdir -p "elsewhere/$(basename "$PWD")"
mv sites.c "elsewhere/$(basename "$PWD")"
"$MEMPROF" top --list=main -s alloc_space "$profile" >missing
has missing 'source: .*sites.c is not here .*--source-path=DIRECTORY'
has missing ' [0-9]+:$'
"$MEMPROF" top --list=main -s alloc_space --source-path="elsewhere/$(basename "$PWD")" "$profile" >found
has found 'int main'
# Another version of the file is not taken for the one that was compiled.
head -n 3 "elsewhere/$(basename "$PWD")/sites.c" >sites.c
"$MEMPROF" top --list='^main$' -s alloc_space "$profile" >short
has short 'another version of the file'
refused 1 "--list: no function .* matches 'nowhere'" "$MEMPROF" top --list=nowhere -s alloc_space "$profile"
refused 2 "--list: '\(' is not a regular expression: .*missing" "$MEMPROF" top '--list=(' "$profile"
