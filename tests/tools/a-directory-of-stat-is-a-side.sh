# SPDX-License-Identifier: Apache-2.0
# diff and merge take the runs that a stat.json lists, and no other file beside it; leaks takes the
# run that leaves the most.  A stat.json that is damaged, newer or leads elsewhere is refused.
. "$SRC/tests/lib.sh"
need jq
export MEMPROF_INTERVAL=1 MEMPROF_PEAK=1
# made DIRECTORY KEPT...: a run of regress for each KEPT.
made() {
    local directory=$1 run=0 kept totals
    mkdir "$directory" && shift
    for kept; do
        mkdir "$directory/run-$((++run))"
        profiled "$TARGETS/regress" 0 "$kept" >/dev/null
        mv "$(one memprof.regress.*[0-9].pb.gz)" "$directory/run-$run/regress.pb.gz"
        mv memprof.regress.*.peak.pb.gz "$directory/run-$run/regress.peak.pb.gz"
        totals=$(totals "$directory/run-$run/regress.pb.gz")
        jq -n --arg run "run-$run" --arg totals "$totals" '($totals | split(" ") | map(tonumber)) as $t |
            {profiled: true, began_ns: 1, wall_ns: 1, user_ns: 1, system_ns: 0, exit_status: 0, operations: 1000,
             programs: [{program: "regress", processes: 1, alloc_objects: $t[0], alloc_space: $t[1],
                inuse_objects: $t[2], inuse_space: $t[3], peak_objects: 1, peak_space: 1, samples: $t[0], truncated: 0,
                lost: 0, profile: ($run + "/regress.pb.gz"), peak_profile: ($run + "/regress.peak.pb.gz")}]}'
    done | jq -s '{schema: "memprof stat", version: 1, memprof: "0", program: "regress", directory: "/", argv: ["regress"],
        executable: {path: "/regress"}, modules: [], environment: {}, host: {cpus: 1}, interval: 1, seed: null, warmup: 0,
        operations: {from: "option"}, runs: .}' >"$directory/stat.json"
}
made base 0 0 0
made new 40 80 40
cp new/run-1/regress.pb.gz new/left-alone.pb.gz
is "status of diff" 1 "$(status_of "$MEMPROF" diff --fail-on=inuse_space:+1K base -- new)"
"$MEMPROF" diff --format=json base new >diff.json
is "runs" "run-1 run-2 run-3" "$(jq -r '.new.runs[].file' diff.json | cut -d/ -f2 | paste -sd' ')"
"$MEMPROF" merge -o sum.pb.gz new
is "the sum's objects and what is live" "12000 3000 160000" "$(totals sum.pb.gz | cut -d' ' -f1,3,4)"
is "status of leaks" 1 "$(status_of "$MEMPROF" leaks --limit=79999 new)"
has out '78.12kB in 1000 objects live'
is "status of leaks at its limit" 0 "$(status_of "$MEMPROF" leaks --limit=80000 new)"
bad() { # REGEX JQ-FILTER
    rm -rf bad && cp -r base bad
    jq "$2" base/stat.json >bad/stat.json
    refused 2 "^memprof diff: bad/stat.json: $1" "$MEMPROF" diff bad -- new
    refused 2 "^memprof merge: bad/stat.json: $1" "$MEMPROF" merge -o x.pb.gz bad
}
bad "it is of version 2, and this memprof knows 1" '.version = 2'
bad "'schema' is no" '.schema = "else"'
bad "'profile' is no path in the directory" '.runs[1].programs[0].profile = "../new/run-1/regress.pb.gz"'
bad "'profile' is no path in the directory" '.runs[1].programs[0].profile = "/etc/passwd"'
bad "'programs' is no list that has the main program" '.program = "else"'
bad "'runs' is no list with a profiled run" '.runs = []'
bad "'runs' is no array" '.runs = 1'
bad "'alloc_space' is no whole number" '.runs[0].programs[0].alloc_space = -1'
bad "'operations' is no number above 0" '.runs[0].operations = 0'
bad "'seed' is no number in a text" '.seed = "x"'
rm bad/run-2/regress.pb.gz && cp base/stat.json bad
is "status without a profile" 2 "$(status_of "$MEMPROF" merge -o x.pb.gz bad)"
head -c 500 base/stat.json >bad/stat.json
refused 2 '^memprof diff: bad/stat.json: line [0-9]+: ' "$MEMPROF" diff bad -- new
