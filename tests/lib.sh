# SPDX-License-Identifier: Apache-2.0
#
# Sourced by every end-to-end test.  A test stands in a fresh directory with a
# MEMPROF_DIR of its own, uses these words, and ends; a command that fails ends it.
set -eEuo pipefail
shopt -s nullglob
trap 'echo "failed at $(basename "$0"):$LINENO: $BASH_COMMAND" >&2' ERR

SHIM=$B/libmemprof.so
MEMPROF=$B/memprof
COLLECT=$B/memprof-collect
TARGETS=$B/targets
export SHIM MEMPROF COLLECT TARGETS

fail() {
    echo "FAILED: $*" >&2
    exit 1
}
skip() {
    echo "$*"
    exit 77
}
# part_skipped REASON...: a part of the test is not run here; its line says so.
part_skipped() {
    echo "$*" | tee -a "$MEMPROF_TEST/parts"
}
# skip_rest REASON...: what was run of the test has passed, the rest is not run here.
skip_rest() {
    part_skipped "$@"
    exit 0
}
# need COMMAND...: skips the test where a program it profiles is not installed.
need() {
    local command
    for command; do
        command -v "$command" >/dev/null || skip "$command is not installed"
    done
}

# part_needs COMMAND...: false where one is not installed, and the part is named as skipped.
part_needs() {
    local command
    for command; do
        command -v "$command" >/dev/null || {
            part_skipped "$command is not installed"
            return 1
        }
    done
}
# library NAME: the loader knows it.  (Its whole list is read: grep -q would break the pipe,
# and that counts as "not there".)
library() {
    local known
    known=$(ldconfig -p)
    [[ $known == *[[:space:]]"$1"[[:space:]]* ]]
}
# allocators: prints the names of those to try, installed or not.
allocators() {
    local mimalloc=libmimalloc.so.2 # Debian 12's; Debian 13 has 3
    ! library libmimalloc.so.3 || mimalloc=libmimalloc.so.3
    echo libjemalloc.so.2 libtcmalloc_minimal.so.4 $mimalloc
}
# need_libunwind: skips the test where nothing would be compared with libunwind: it is not installed,
# or stops at the first of this library's own functions, whose return addresses are signed (aarch64).
need_libunwind() {
    library libunwind.so.8 || skip "libunwind is not installed"
    local said
    said=$(MEMPROF_INTERVAL=1 MEMPROF_UNWIND=libunwind MEMPROF_COLLECTOR=none profiled "$TARGETS/recursion" 10 2>&1)
    rm -f "$MEMPROF_DIR"/*.state
    [[ $(uname -m) == x86_64 || $said != *"does not find who called it"* ]] ||
        skip "this libunwind does not follow signed return addresses"
    is "what is said of libunwind" "" "$said"
}
# part_needs_library NAME: as library, but named as skipped where it is not.
part_needs_library() {
    library "$1" || {
        part_skipped "$1 is not installed"
        return 1
    }
}

# profiled COMMAND...: runs it with the library preloaded, the plain way.
profiled() {
    LD_PRELOAD=$SHIM "$@"
}
# is WHAT WANTED GOT
is() {
    [[ $2 == "$3" ]] || fail "$1: wanted '$2', got '$3'"
}
# has FILE REGEX: some line matches.
has() {
    grep -qE -- "$2" "$1" || {
        head -n 40 "$1" >&2
        fail "$1 has no line that matches: $2"
    }
}
# lacks FILE REGEX: no line matches.  The file is there; what comes out of a pipe is more
# than nothing, or its writer may have failed.
lacks() {
    [[ -e $1 ]] || fail "there is no $1 that could lack: $2"
    local text
    text=$(cat -- "$1")
    [[ $text || ! -p $1 ]] || fail "nothing came out of $1 that could lack: $2"
    ! grep -E -m 5 -- "$2" <<<"$text" >&2 || fail "$1 has a line that matches: $2"
}
# every FILE SELECT REGEX: all lines that match SELECT match REGEX too, and there are some.
every() {
    local selected
    selected=$(grep -E -- "$2" "$1") || fail "$1 has no line that matches: $2"
    ! grep -vE -m 5 -- "$3" <<<"$selected" >&2 || fail "not every line of $1 with $2 matches $3"
}
# one FILE...: prints the only one.
one() {
    [[ $# == 1 ]] || fail "wanted one file, got $#: $*"
    echo "$1"
}
# profiles [PATTERN]: the profiles here, as words.
profiles() {
    echo "${PWD}"/memprof.${1:-*}.pb.gz
}
# profile_of NAME: the only profile of the program NAME.
profile_of() {
    local files=(memprof."$1".*.pb.gz)
    one "${files[@]}"
}
states() {
    echo "$MEMPROF_DIR"/*.state
}

# lives STATE SIZE: how the state's blocks lived whose stacks have that size alone, a line each.
lives() {
    "$MEMPROF" inspect --stacks "$1" | awk -v sizes=" sizes $2 to $2," '
        function put() { if (index(line, sizes)) print line; line = "" }
        /^lives$/ { inside = 1; next }
        /^[^ ]/ && inside { put(); inside = 0 }
        inside && /^  node/ { put() }
        inside { gsub(/ +/, " "); sub(/^ /, ""); line = line (line ? "; " : "") $0 }
        END { put() }'
}

# valid FILE...: each is a profile that satisfies every rule.
valid() {
    [[ $# != 0 ]] || fail "no profile"
    /usr/bin/python3 "$SRC/tests/pprof.py" check "$@" || fail "an invalid profile"
}
dump() {
    /usr/bin/python3 "$SRC/tests/pprof.py" dump "$@"
}
totals() {
    /usr/bin/python3 "$SRC/tests/pprof.py" totals "$@"
}
meta() {
    /usr/bin/python3 "$SRC/tests/pprof.py" meta "$@"
}
# pprof ARGUMENT...: Go's own reader, without binutils, a binary or the network at hand.
pprof() {
    PPROF_TMPDIR=$TMPDIR PPROF_BINARY_PATH=/nonexistent PPROF_TOOLS=/nonexistent HOME=$TMPDIR \
        go tool pprof "$@"
}

# status_of COMMAND...: prints its exit status, its output goes to ./out and ./err.
status_of() {
    local status=0
    "$@" >out 2>err || status=$?
    echo "$status"
}
# refused STATUS REGEX COMMAND...: ends so, with one line on stderr that matches.
refused() {
    local status=$1 regex=$2
    shift 2
    is "status of $*" "$status" "$(status_of "$@")"
    has err "$regex"
    is "lines said by $*" 1 "$(wc -l <err)"
}
# same_with_and_without COMMAND...: status, stdout and stderr are the same without us and
# with us at each of $AT; what is preloaded BELOW us is there both times.  A target that
# calls sees() compares its descriptors, environment, threads and children that way.
same_with_and_without() {
    local interval plain
    plain=$(LD_PRELOAD=${BELOW:-} status_of "$@")
    mv out plain.out && mv err plain.err
    for interval in ${AT:-1 64K 512K}; do
        is "status of $* at $interval" "$plain" \
            "$(MEMPROF_INTERVAL=$interval LD_PRELOAD="$SHIM ${BELOW:-}" status_of "$@")"
        diff plain.out out || fail "another output of $* at $interval"
        diff plain.err err || fail "other messages of $* at $interval"
    done
}
# as_root [COMMAND...]: skips the test for other users.
as_root() {
    [[ $(id -u) == 0 ]] || skip "needs root: $*"
}
# counted PROFILE FUNCTION: sums of the four values of the samples whose leaf is FUNCTION.
counted() {
    dump "$1" | sums "$2"
}
# sums FUNCTION <DUMP: the same of what dump printed.
sums() {
    awk -v leaf="$1" 'index($6, leaf "@") == 1 { a += $1; b += $2; c += $3; d += $4 }
        END { printf "%.0f %.0f %.0f %.0f\n", a, b, c, d } # %d ends at 2^31 in mawk'
}
# until_true COMMAND...: waits for it, as long as the hang guard lets it.
until_true() {
    trap "fail 'never became true: ${*//\'/}'" TERM
    until "$@" >/dev/null 2>&1; do sleep 0.05; done
    trap - TERM
}

# compare WORK PROGRAM INTERVAL:SIZE...: WORK is a function that runs the program with
# $RUN in front of it; its argument is the SIZE (FULL=1: always `large`).  It must do
# and print the same without us, at each interval; PROGRAM must have given a profile,
# every profile be valid with nearly all of its bytes on whole stacks, no state be left.
# 64K goes through `memprof run`, the others through plain LD_PRELOAD.
compare() {
    local work=$1 program=$2 pair interval size
    shift 2
    for pair; do
        interval=${pair%:*} size=${pair#*:}
        [[ ! $FULL ]] || size=large
        [[ -e plain.$size.out ]] || RUN='' compare_run plain."$size" "$work" "$size"
        mkdir "profiles.$interval"
        local out=$PWD/profiles.$interval/%e.%p.pb.gz
        case $interval in
        64K) RUN="$MEMPROF run -q -i $interval -o $out --" compare_run "at.$interval" "$work" "$size" ;;
        *) RUN="env LD_PRELOAD=$SHIM MEMPROF_INTERVAL=$interval MEMPROF_OUT=$out" \
            compare_run "at.$interval" "$work" "$size" ;;
        esac
        cmp "plain.$size.out" "at.$interval.out" || fail "another output at $interval"
        diff "plain.$size.err" "at.$interval.err" || fail "other messages at $interval"
        [[ $(echo profiles.$interval/$program.*) ]] || fail "no profile of $program at $interval"
        # The old image of an exec waits for whoever collects; `memprof run` did.
        [[ $interval == 64K ]] || MEMPROF_OUT=$out "$MEMPROF" collect --all >/dev/null 2>&1 || fail "cannot collect what is left at $interval"
        valid "profiles.$interval"/*
        /usr/bin/python3 "$SRC/tests/roots.py" "profiles.$interval"/* || fail "stacks are cut at $interval"
        local left=("$MEMPROF_DIR"/*)
        [[ ${#left[@]} == 0 ]] || fail "left at $interval:" "${left[@]}"
    done
}
# compare_run NAME WORK SIZE: always in a directory of the same path.
compare_run() {
    local name=$1 status=0
    rm -rf run && mkdir run
    (cd run && "$2" "$3") >"$name.out" 2>"$name.err" || status=$?
    echo "status $status" >>"$name.out"
}

# expected_names SOURCE...: a line `function file line` for each EXPECT in tests/targets.
expected_names() {
    local source
    for source; do
        grep -n '// EXPECT ' "$SRC/tests/targets/$source" | while IFS= read -r line; do
            tr '|' '\n' <<<"${line#*// EXPECT }" | sed -E "s/^ *//; s/ *$//; s,$, $SRC/tests/targets/$source ${line%%:*},"
        done
    done | sort -u
}
# names_as_expected PROFILE SOURCE...: these frames are there, and none with their
# functions elsewhere.  Leaves all frames in ./frames.
names_as_expected() {
    local profile=$1 missing
    shift
    /usr/bin/python3 - "$SRC/tests" "$profile" >frames <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
import pprof
profile = pprof.Profile(sys.argv[2])
for frame in sorted({frame for sample in profile.samples for frame in profile.frames(sample)}):
    print(*frame)
PYTHON
    expected_names "$@" >expected
    [[ -s expected ]] || fail "nothing is marked EXPECT in $*"
    missing=$(comm -23 expected <(sort -u frames))
    [[ -z $missing ]] || {
        cat frames
        fail "not in the profile: $missing"
    }
}
