# SPDX-License-Identifier: Apache-2.0
# slow: 10
# Of the processes of a run, no more states wait than a backlog; with the program still
# running, the rest have their profiles.  A process that outlives run collects itself.
. "$SRC/tests/lib.sh"
cat >many <<'SCRIPT'
#!/bin/bash
shopt -s nullglob
for ((n = 0; n < 70; n++)); do
    "$TARGETS/ends" exit
done
for (( ; ; )); do # as long as the hang guard lets it
    waiting=("$MEMPROF_DIR"/ends.*.state) made=(memprof.ends.*)
    ((${#waiting[@]} <= 64 && ${#made[@]} >= 6)) && break
    sleep 0.05
done
echo "${#waiting[@]} ${#made[@]}" >counted
exit 3
SCRIPT
chmod +x many
is status 3 "$(status_of "$MEMPROF" run -i 64K -- ./many)"
read -r waiting made <counted
[[ $waiting -le 64 && $made -ge 6 ]] || fail "$waiting states waited, $made profiles were made"
is "profiles in all" 70 "$(ls memprof.ends.* | wc -l)"
[[ -z $(states) ]] || fail "left" $(states)
rm memprof.*
# One that lives on until it is let go.
mkfifo gate
cat >leaves <<'SCRIPT'
#!/bin/bash
exec 3<gate
(read -r <&3; exec "$TARGETS/ends" exit) >/dev/null 2>&1 &
SCRIPT
chmod +x leaves
exec 4<>gate
is "status of what leaves a process" 0 "$(status_of "$MEMPROF" run -i 64K -- ./leaves)"
[[ -z $(profiles 'ends.*') ]] || fail "it was let go too early"
echo >&4
ended() {
    [[ $(profiles 'ends.*') && -z $(echo "$MEMPROF_DIR"/ends.*) ]]
}
until_true ended
valid "$(profile_of ends)"
"$MEMPROF" collect --all >/dev/null 2>&1 # of the shell that became it
