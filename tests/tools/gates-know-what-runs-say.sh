# SPDX-License-Identifier: Apache-2.0
# What runs say of themselves decides whether a gate can be judged: how they were sampled, what they
# lost, how they ended, of which moment their values are, how many operations they did.
. "$SRC/tests/lib.sh"
run() { # FILE [KEY=VALUE]...: of a profile with a thousand objects at one call site
    echo "1000,64000,10,640 leaf!/bin/program;main!/bin/program" |
        /usr/bin/python3 "$SRC/tests/tools/make_profile.py" "$1" \
            types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes period=1 "${@:2}"
}
side() { # DIRECTORY [KEY=VALUE]...
    mkdir "$1"
    for i in 1 2 3; do run "$1/$i.pb.gz" "${@:2}"; done
}
gate() { # STATUS REGEX ARGUMENT...: of a gate that would hold
    is "status of ${*:3}" "$1" "$(status_of "$MEMPROF" diff --fail-on=alloc_objects:+50% "${@:3}")"
    has out "$2"
}
side base
side same
gate 0 holds base -- same
side lost 'comment=memprof: 2 events lost: table 2'
gate 2 'lost more than 0.1 %' base -- lost
gate 2 'lost more than 0.1 %' lost -- base
side lost_little 'comment=memprof: 1 events lost: table 1' # of 1001
gate 0 holds base -- lost_little
side lost_twice 'comment=memprof: 1 events lost: table 1|memprof: 1 events lost: chunk 1'
gate 2 'lost more than 0.1 %' base -- lost_twice
side peak 'comment=memprof: view peak'
gate 2 'at the peak, and others at the end' base -- peak
gate 0 holds peak -- peak
side difference 'comment=memprof: view difference'
gate 2 'is no run' base -- difference
gate 2 'is no run' difference -- difference
side unknown period=0
gate 2 'does not say how it was sampled' base -- unknown
gate 2 'does not say how it was sampled' unknown -- base
run whole.pb.gz time=5 && cp whole.pb.gz copy.pb.gz && run other.pb.gz time=6
gate 2 'the same run' base -- whole.pb.gz copy.pb.gz other.pb.gz
gate 2 'the same run' whole.pb.gz copy.pb.gz other.pb.gz -- base
# What is the peak of a file that says it, and of the sum of two that do.
side peaks 'comment=memprof: start a|memprof: peak 640 bytes'
side sums 'comment=memprof: start a|memprof: peak 640 bytes|memprof: start b'
is "status of peaks" 0 "$(status_of "$MEMPROF" diff --fail-on=peak:+0 peaks -- peaks)"
is "status of sums" 2 "$(status_of "$MEMPROF" diff --fail-on=peak:+0 sums -- sums)"
has out 'does not say its peak'
# A budget refuses the same.
echo 'alloc_objects program 9999 # plenty' >memprof.budget
for bad in lost lost_twice peak difference unknown; do
    is "status of a budget with $bad" 2 "$(status_of "$MEMPROF" budget base "$bad")"
    is "its update" 2 "$(status_of "$MEMPROF" budget --update $bad)"
done
is "status of a budget" 0 "$(status_of "$MEMPROF" budget base)"
# Runs of stat say how many operations they did, and how they ended.
for run in base:10 new:11; do
    "$MEMPROF" stat -n 3 --plain=0 --ops="${run#*:}" -o "ops.${run%:*}" -- "$TARGETS/allocates" 110 >stat.out 2>&1 || fail "$(cat stat.out)"
done
ops() { # STATUS ARGUMENT...
    is "status of $*" "$1" "$(status_of "$MEMPROF" diff "${@:2}")"
}
ops 0 --fail-on=allocs/op:+0 --fail-on=B/op:+0 ops.base -- ops.base
ops 0 --fail-on=allocs/op:+0 ops.base -- ops.new # 11, then 10
ops 1 --fail-on=allocs/op:+0 ops.new -- ops.base
ops 0 --fail-on=allocs/op:+1 ops.new -- ops.base
ops 1 --fail-on=allocs/op:+0.9 ops.new -- ops.base
ops 0 --fail-on=B/op:+10% ops.new -- ops.base
ops 1 --fail-on=B/op:+9.9% ops.new -- ops.base
printf '%s\n' 'allocs/op allocates 11 # an operation' 'B/op allocates 176 # too' >memprof.budget
is "status of the budget of an operation" 0 "$(status_of "$MEMPROF" budget ops.base)"
is "status of the budget of a larger one" 1 "$(sed -i 's/ 11 / 10.9 /' memprof.budget && status_of "$MEMPROF" budget ops.base)"
edited() { # PYTHON: a copy of ops.base, of whose last run `run` is changed
    rm -rf edited && cp -r ops.base edited
    /usr/bin/python3 -c "
import json
record = json.load(open('edited/stat.json'))
run = record['runs'][-1]
program = run['programs'][0]
$1
json.dump(record, open('edited/stat.json', 'w'))"
    ops 2 --fail-on=allocs/op:+50% ops.base -- edited
}
edited 'run["exit_status"] = 3' && has out 'a run of the program failed'
edited 'run["operations"] = None' && has out 'not known how many operations'
edited 'program["lost"] = 9' && has out 'lost more than'
edited 'run["operations"] = 0'
edited 'run["operations"] = -5'
