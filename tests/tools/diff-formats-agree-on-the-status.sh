# SPDX-License-Identifier: Apache-2.0
# A gate that cannot be judged is an error, a failure or a warning in every format, as the exit status has it; what
# was hindered from being judged is never a success.
. "$SRC/tests/lib.sh"
four=types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes
/usr/bin/python3 "$SRC/tests/tools/make_profile.py" base.pb.gz period=1 $four <<<'10,1000,1,1000 leaf@a.c:1!prog;main@a.c:2!prog'
# Sampled, so that 20 % more may be no change at all.
for side in 10 12; do
    /usr/bin/python3 "$SRC/tests/tools/make_profile.py" $side.pb.gz period=4096 $four <<<"$side,${side}000,1,1000 leaf@a.c:1!prog;main@a.c:2!prog"
done
formats() { # STATUS RESULT COMMAND LEVEL OPTION...
    local status=$1 result=$2 command=$3 level=$4
    shift 4
    is "status of $*" "$status" "$(status_of "$MEMPROF" diff --output=junit=junit --output=github=github \
        --output=sarif=sarif --output=json=json "$@")"
    is "JUnit of $*" "$result" "$(sed -n 's/^    <\([a-z-]*\)[ >].*/\1/p' junit)"
    is "GitHub of $*" "$command" "$(sed -n '2s/^::\([a-z]*\) .*/\1/p' github)"
    is "SARIF of $*" "$level" "$(jq -r '.runs[0].invocations[0].toolExecutionNotifications[0].level' sarif)"
    is "JSON of $*" "$status cannot judge" "$(jq -r '"\(.status) \(.gates[0].verdict)"' json)"
}
inside=(--one-run --fail-on=alloc_space:+20% 10.pb.gz 12.pb.gz)
formats 2 error error error "${inside[@]}"
formats 1 failure error error --unsure=fail "${inside[@]}"
formats 0 system-out warning warning --unsure=hold "${inside[@]}"
hindered=(--fail-on=alloc_space:+20% base.pb.gz base.pb.gz)
formats 2 error error error "${hindered[@]}"
formats 2 error error error --unsure=hold "${hindered[@]}"
