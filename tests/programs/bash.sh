# SPDX-License-Identifier: Apache-2.0
# slow: 20
# Arrays, here documents, pipelines and subshells: many processes that end by _exit or exec.
. "$SRC/tests/lib.sh"
work() {
    local count=300
    [[ $1 == large ]] && count=4000
    $RUN bash -c '
        declare -A seen; list=()
        for ((n = 0; n < $0; n++)); do
            key=k$((n * 7919 % 1009)); seen[$key]+=" $n"; list+=("item $n ${key^^}")
        done
        printf "%s\n" "${!seen[@]}" | sort | sed -n 1,20p
        echo "${#list[@]} ${list[*]: -3}"
        for n in 1 2 3 4 5; do echo "$(printf "%s|" "${list[@]:0:n}" | tr a-z A-Z)"; done
        sort <<<"$(printf "%s\n" "${list[@]}")" | tail -n 5
        (exit 9); echo $?; cat <(echo one) <(echo two); no-such-command; exit 6' $count
}
compare work bash 512K:large 64K:large 1:small
