# SPDX-License-Identifier: Apache-2.0
# What bash completes after `memprof`: commands and options as the program itself lists them, the
# values of some options, recorded processes, and files.

# _memprof_values OPTION COMMAND: the values that an option takes, "=" and its name in front.
_memprof_values() {
    case $1 in
    --sample=* | *=TYPE | *=VALUE-TYPE) echo inuse_space inuse_objects alloc_space alloc_objects ;;
    --by=*) echo function line file module address ;;
    --wrappers=*) echo hide listed show ;;
    --unwind=*) echo cfi fp libunwind ;;
    --collector=*) echo none ;;
    --protocol=*) echo pyroscope connect parca ;;
    --kind=*) echo reserve stack arena pool no-pool kept crossed ;;
    esac
}

# _memprof_processes PROGRAM: pids and names of what is recorded.
_memprof_processes() {
    "$1" ps 2>/dev/null | awk 'NR > 1 && $1 ~ /^[0-9]+$/ { print $1; print $2 }'
}

_memprof() {
    local line=${COMP_LINE:0:COMP_POINT} words word command='' current program option value
    read -ra words <<<"$line"
    [[ $line != *[[:space:]] ]] || words+=('')
    program=${words[0]/#\~/$HOME} current=${words[${#words[@]} - 1]}
    COMPREPLY=()
    for word in "${words[@]:1:${#words[@]} - 2}"; do
        [[ $word == -* ]] || { command=$word && break; }
    done
    if [[ ! $command || $command == help ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" --list-commands 2>/dev/null | cut -f 1) help --help --version" -- "$current")
        return
    fi
    if [[ $current == --*=* ]]; then
        value=${current#*=}
        local before=${current%%=*}=
        [[ $COMP_WORDBREAKS != *=* ]] || before=''
        mapfile -t COMPREPLY < <(compgen -P "$before" -W "$(_memprof_values "$current")" -- "$value")
        [[ ${#COMPREPLY[@]} -gt 0 ]] || mapfile -t COMPREPLY < <(compgen -P "$before" -f -- "$value")
        compopt -o filenames 2>/dev/null
    elif [[ $current == -* ]]; then
        while IFS= read -r line; do
            option=${line%%$'\t'*} word=${line#*$'\t'} word=${word%%$'\t'*}
            # What takes a value goes on behind a "=", but for one that may be left out.
            value=${option%%[=[]*}
            [[ $option != "$value="* ]] || value+==
            [[ $value != "$current"* ]] || COMPREPLY+=("$value")
            [[ ! $word || $word != "$current"* ]] || COMPREPLY+=("$word")
        done < <("$program" "$command" --list-options 2>/dev/null)
        [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
    else
        case $command in
        run | tune) mapfile -t COMPREPLY < <(compgen -c -f -- "$current") ;;
        ps | dump | rss) mapfile -t COMPREPLY < <(compgen -W "$(_memprof_processes "$program")" -- "$current") ;;
        top | collect | inspect | advise | report | stats | push)
            mapfile -t COMPREPLY < <(compgen -W "$(_memprof_processes "$program")" -- "$current" && true
                compgen -f -- "$current")
            compopt -o filenames 2>/dev/null
            ;;
        *)
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
            compopt -o filenames 2>/dev/null
            ;;
        esac
    fi
}
complete -F _memprof memprof
