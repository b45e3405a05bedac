# SPDX-License-Identifier: Apache-2.0
# Several processes give one table of programs, the largest first; --only and --min-samples
# choose among them; -o DIR/ makes the directory, and `memprof top DIR/` adds it up.
. "$SRC/tests/lib.sh"
cp "$TARGETS/forks" forking
work='"$0" 3 >/dev/null; "$1" exit; "$1" exit; true'
run() {
    "$MEMPROF" run -i 1 "$@" -- bash -c "$work" "$PWD/forking" "$TARGETS/ends" >/dev/null 2>summary
}
run -o profiles/
[[ -d profiles ]]
valid profiles/*.pb.gz
has summary '^  PROGRAM +PROCESSES +ALLOCATED +LIVE +PROFILE$'
awk '/PROGRAM/ { at = 1; next } at && NF' summary >rows
has rows '^  forking +4 +[0-9.]+ k?B +[0-9.]+ k?B +profiles/memprof\.forking\.\*\.pb\.gz$'
has rows '^  ends +2 +.* profiles/memprof\.ends\.\*\.pb\.gz$'
has rows '^  bash +[0-9]+ '
is "programs" 3 "$(wc -l <rows)"
is "the largest" ends "$(awk 'NR == 1 { print $1 }' rows)"
"$MEMPROF" top --cum -s alloc_space profiles/ >together
has together '%  main$'
"$MEMPROF" top -s alloc_space profiles/*.pb.gz >listed
diff <(sed '1,/flat%/d' listed) <("$MEMPROF" top -s alloc_space profiles | sed '1,/flat%/d') || fail "a directory is not its files"
"$MEMPROF" top --per-file -s alloc_space profiles >each
is "files shown" "$(ls profiles | wc -l)" "$(grep -c '^==> profiles/memprof\..* <==$' each)"
# A file in it that is no profile is named and left out.
echo no >profiles/bad.pb.gz
is status 2 "$(status_of "$MEMPROF" top -s alloc_space profiles/)"
has err 'bad.pb.gz'
diff <(sed '1,/flat%/d' listed) <(sed '1,/flat%/d' out) || fail "one bad file changes the rest"
mkdir chosen few none
run --only='fork*' -o chosen
is "profiles with --only" 4 "$(ls chosen | grep -c '^memprof\.forking\.')"
is "others with --only" 4 "$(ls chosen | wc -l)"
has summary '^memprof run: 4 profiles'
has summary '^  forking +4 '
run --min-samples=100 -o few/
has summary '^  ends '
has summary '^  forking +1 '
is "profiles of forking" 1 "$(ls few | grep -c forking || true)"
is "status of nothing" 2 "$(status_of "$MEMPROF" run --only=nobody -o none/ -- "$TARGETS/ends" exit)"
has err 'no process matches --only .*; there were ends$'
is "states left" "" "$(states)"
refused 2 "--min-samples: 'x' is not a number; try 10" "$MEMPROF" run --min-samples=x true
refused 2 "output: '/nonexistent/a/': the directory cannot be created: No such file" "$MEMPROF" run -o /nonexistent/a/ true
# A single process needs no table.
"$MEMPROF" run -i 1 "$TARGETS/ends" exit 2>summary || true
lacks summary PROGRAM
has summary 'look at it +memprof top memprof\.ends\.'
