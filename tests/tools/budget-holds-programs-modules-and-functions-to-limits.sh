# SPDX-License-Identifier: Apache-2.0
# Limits are absolute, of programs, modules and functions; what is ignored does not count, and
# LeakSanitizer's lines count for what is in use alone.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
mkdir runs
for run in 1 2 3; do
    profiled "$TARGETS/regress" 0 40 >/dev/null && mv "$(one $(profiles))" "runs/$run.pb.gz"
done
budget() { # STATUS LINE...: of a budget with these lines
    local status=$1
    shift
    printf '%s\n' "$@" >memprof.budget
    is "status of $*" "$status" "$(status_of "$MEMPROF" budget $INPUT)"
}
for INPUT in runs runs/1.pb.gz "runs/1.pb.gz runs/2.pb.gz"; do
    budget 0 'alloc_objects regress 4000 # three texts and a block of each request'
    budget 1 'alloc_objects regress 3999 # one less'
done
has out 'alloc_objects regress FAILS: 4000 of 3999, exact in 2 runs\.$'
budget 0 'inuse_space regres* 40000 # a glob' 'inuse_space module/^regress$ 40000 # a module'
budget 1 'inuse_space * 39999 # all' 'inuse_space module/^regress$ 40000 # a module'
budget 0 '# what it may do' '' 'alloc_objects @^copy_text$ 3000 until 2999-12-31 # texts' 'peak regress 40KiB # all'
budget 1 'alloc_space @^copy_text$ 96KiB # 99000 bytes' 'peak regress 40KiB # all'
budget 0 'alloc_space @^parse_request$ 0 # allocates nothing itself'
# What is ignored is in no value, by any frame of its stack; a leak: line in what is in use.
budget 0 'alloc_objects regress 1000 # blocks' 'ignore @^parse_ until 2999-01-01 # the texts'
budget 1 'alloc_objects regress 999 # blocks' 'ignore @^parse_ until 2999-01-01 # the texts'
budget 0 'alloc_objects regress 3000 # texts' 'inuse_space regress 0 # none' 'ignore handle_request$ until 2999-01-01 # by any frame' 'alloc_objects @copy 0 # too'
budget 0 'alloc_objects regress 4000 # all' 'inuse_space regress 0 # nothing is kept' 'leak:handle_req*t # on purpose'
budget 1 'alloc_objects regress 3999 # all' 'inuse_space regress 0 # nothing is kept' 'leak:regress.c'
budget 0 'alloc_objects regress 0 # none' 'ignore module/^regress$ until 2999-01-01 # all'
budget 0 'alloc_objects regress 4000 # all' 'leak:nothing_of_this'
has out ':2: nothing is ignored by nothing_of_this\.$'
# What cannot be judged is no pass, and one that fails outweighs it.
budget 2 'alloc_objects redis 4000 # another program'
has out 'no profile of such a program'
budget 2 'alloc_objects @^none_such$ 4000 # no such function'
has out 'nothing in the profiles matches'
budget 2 'allocs/op regress 4 # of a request'
has out 'not known how many operations'
budget 1 'alloc_objects @^none_such$ 4000 # no such function' 'alloc_objects regress 3999 # one less'
INPUT="--unsure=fail runs" budget 1 'alloc_objects redis 4000 # another program'
INPUT="--unsure=hold runs" budget 2 'alloc_objects redis 4000 # another program'
# Each program is held to the lines that are about it.
profiled "$TARGETS/names" >/dev/null && mv "$(one $(profiles))" other.pb.gz
INPUT="runs other.pb.gz"
budget 1 'alloc_objects regress 4000 # all' 'alloc_objects names 0 # all'
has out ':1: alloc_objects regress holds'
has out ':2: alloc_objects names FAILS'
# A sampled run has an interval, and no peak.
MEMPROF_SEED=7 MEMPROF_INTERVAL=16K profiled "$TARGETS/regress" 0 40 >/dev/null && mv "$(one $(profiles))" sampled.pb.gz
INPUT=sampled.pb.gz
budget 0 'alloc_space @^copy_ 1M # texts'
budget 1 'alloc_space @^copy_ 1K # texts'
budget 2 'alloc_space @^copy_ 97K # texts' # 99000 bytes
has out 'the limit is inside the interval'
budget 2 'peak regress 1M # all'
has out 'only exact runs'
INPUT="--unsure=hold sampled.pb.gz" budget 0 'alloc_space @^copy_ 97K # texts'
INPUT="--unsure=fail sampled.pb.gz" budget 1 'alloc_space @^copy_ 97K # texts'
INPUT="--unsure=hold sampled.pb.gz" budget 2 'peak regress 1M # all'
