# SPDX-License-Identifier: Apache-2.0
# The difference is a profile that go tool pprof reads; its sums are those of pprof's -diff_base, whose command line
# is printed, and with several runs those of the means, however these are divided.
. "$SRC/tests/lib.sh"
need go
export MEMPROF_INTERVAL=1
mkdir base new
for run in 1 2 3; do
    profiled "$TARGETS/regress" 0 $run >/dev/null && mv "$(one $(profiles))" "base/a ${run}.pb.gz"
    profiled "$TARGETS/regress" $run 40 >/dev/null && mv "$(one $(profiles))" new/$run.pb.gz
done
sums() { # PPROF_ARGUMENT...: the four sums of what pprof shows
    pprof -raw "$@" 2>/dev/null | awk '/^ *-?[0-9]+ +-?[0-9]+ +-?[0-9]+ +-?[0-9]+: / { a += $1; b += $2; c += $3; sub(":", "", $4); d += $4 }
        END { print a + 0, b + 0, c + 0, d + 0 }'
}
changes() { # MULTIPLE ARGUMENT...
    local times=$1
    shift
    "$MEMPROF" diff --format=json -o delta.pb.gz "$@" | jq -r --argjson times "$times" '[.totals[].change * $times | round] | join(" ")'
}
ours=$(changes 1 "base/a 1.pb.gz" new/2.pb.gz)
is "pprof's difference" "$ours" "$(sums -diff_base="base/a 1.pb.gz" new/2.pb.gz)"
is "the profile's sums" "$ours" "$(sums delta.pb.gz)"
top() { # PPROF_ARGUMENT...: flat values by function
    pprof -top -nodecount=100 "$@" 2>/dev/null | awk '/flat%/ { rows = 1; next } rows && $1 != 0 { print $1, $6 }' | sort
}
for value in alloc_objects alloc_space inuse_objects inuse_space; do
    is "pprof's top of $value" "$(top -sample_index=$value -diff_base="base/a 1.pb.gz" new/2.pb.gz)" "$(top -sample_index=$value delta.pb.gz)"
done
# Three against three: pprof has three times the difference; the line is for a shell.
three=$(changes 3 base -- new)
line=$("$MEMPROF" diff base -- new | sed -n 's/^The same in pprof: \(.*\)  (3 times.*/\1/p')
memprof() { "$MEMPROF" "$@"; }
is "pprof's difference of sums" "$three" "$(eval "${line/go tool pprof/sums}")"
# Three against two: rounded once, not once for each sample.
uneven=$(changes 1 base -- new/1.pb.gz new/3.pb.gz)
is "the sums of means" "$uneven" "$(sums delta.pb.gz)"
"$MEMPROF" diff base -- new/1.pb.gz new/3.pb.gz >text
lacks text 'same in pprof'
# A difference has no side of its own: a gate does not judge it.
is "status of a gate on a difference" 2 "$(status_of "$MEMPROF" diff --one-run --fail-on=alloc_space:+1% "base/a 1.pb.gz" delta.pb.gz)"
"$MEMPROF" diff -o nothing.pb.gz base -- base >text
is "samples of no difference" "0 0 0 0" "$(sums nothing.pb.gz)"
"$MEMPROF" top -s alloc_space delta.pb.gz >text
has text 'copy_text'
