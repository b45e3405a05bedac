# SPDX-License-Identifier: Apache-2.0
# A budget that cannot be understood to its last line is no budget: status 2, each wrong line is
# named, and nothing is rewritten.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/regress" 0 0 >/dev/null && mv "$(one $(profiles))" run.pb.gz
good='alloc_objects regress 4000 # all'
wrong() { # REGEX LINE: refused with this line of stderr, and left as it is by --update
    printf '%s\n%s\n' "$good" "$2" >memprof.budget
    cp memprof.budget before
    refused 2 "^memprof budget: memprof\.budget:2: $1" "$MEMPROF" budget run.pb.gz
    refused 2 "^memprof budget: memprof\.budget:2: $1" "$MEMPROF" budget --update run.pb.gz
    cmp before memprof.budget
}
for reason in '' ' #' ' # ' ' ##'; do
    wrong 'it has no reason' "alloc_space regress 64K$reason"
    wrong 'it has no reason' "alloc_space regress 64K until 2999-01-01$reason"
    wrong 'it has no reason' "ignore @f until 2999-01-01$reason"
done
wrong 'it was to hold until 2020-02-29, which has passed' 'alloc_space regress 64K until 2020-02-29 # why'
wrong 'it was to hold until 2020-02-29, which has passed' 'ignore @f until 2020-02-29 # why'
for date in 2999-02-29 2999-13-01 2999-00-01 2999-1-1 tomorrow 29990101 2999-01-01x; do
    wrong 'the date is none' "alloc_space regress 64K until $date # why"
done
wrong "it is no 'ignore PATTERN until DATE # REASON'" 'ignore @f # for ever'
wrong 'what stands before the reason' 'alloc_space regress 64K until # when'
wrong 'what stands before the reason' 'alloc_space regress 64K since 2999-01-01 # why'
wrong 'what stands before the reason' 'alloc_space regress 64K until 2999-01-01 or so # why'
for limit in -1 +1 5% x 64X 1.5 99999999999999999999999G 0x10 1e3 .5 5. inf nan; do
    wrong 'its limit is none' "alloc_space regress $limit # why"
done
wrong 'its limit is none' 'alloc_objects regress 1K # objects have no unit'
wrong "it is no 'METRIC" 'alloc_space 64K # without a pattern'
wrong 'it begins neither' 'bytes regress 64K # why'
wrong 'it begins neither' '<<<<<<< HEAD'
wrong 'missing ]' 'alloc_space @[a 64K # why'
wrong 'the regular expression is empty' 'alloc_space @ 64K # why'
wrong 'the regular expression is empty' 'ignore module/ until 2999-01-01 # why'
wrong 'its pattern is empty' 'leak: '
wrong 'the peak of a function' 'peak @f 1M # why'
printf '%s\n# \0\n' "$good" >memprof.budget
refused 2 'it has a NUL byte' "$MEMPROF" budget run.pb.gz
# All wrong lines are named at once.
printf 'a\nb\n%s\nc\n' "$good" >memprof.budget
is "status" 2 "$(status_of "$MEMPROF" budget run.pb.gz)"
is "lines that are named" 3 "$(grep -c 'memprof.budget:[124]: ' err)"
printf '\n# no limit\n' >memprof.budget
refused 2 'it has no limit' "$MEMPROF" budget run.pb.gz
: >memprof.budget
refused 2 'it has no limit' "$MEMPROF" budget run.pb.gz
refused 2 'no profile given' "$MEMPROF" budget
echo "$good" >memprof.budget
for bad in missing.pb.gz /dev/null memprof.budget; do
    refused 2 . "$MEMPROF" budget "$bad"
    refused 2 . "$MEMPROF" budget run.pb.gz "$bad"
done
rm memprof.budget
refused 2 'memprof.budget: No such file' "$MEMPROF" budget run.pb.gz
mkdir memprof.budget
refused 2 'memprof.budget' "$MEMPROF" budget run.pb.gz
mkfifo fifo
refused 2 fifo "$MEMPROF" budget --budget=fifo run.pb.gz
head -c 2000000 /dev/zero | tr '\0' '#' >large
refused 2 'larger than a megabyte' "$MEMPROF" budget --budget=large run.pb.gz
