# SPDX-License-Identifier: Apache-2.0
# bash and zsh complete every command and every option that a help tells of, and the help tells of
# every option that is taken; as installed.
. "$SRC/tests/lib.sh"
cd "$SRC"
${MAKE:-make} -s B="$B" install DESTDIR="$TMPDIR/installed" PREFIX=/usr >/dev/null
bash_file=$TMPDIR/installed/usr/share/bash-completion/completions/memprof
zsh_file=$TMPDIR/installed/usr/share/zsh/site-functions/_memprof
# complete_bash LINE: what bash completes at its end.
complete_bash() {
    (
        . "$bash_file"
        COMP_LINE="$MEMPROF $1" COMP_POINT=${#MEMPROF}
        COMP_POINT=$((COMP_POINT + 1 + ${#1}))
        _memprof
        printf '%s\n' "${COMPREPLY[@]}"
    )
}
# complete_zsh WORD...: what zsh is told to complete for the last of them.
complete_zsh() {
    zsh -f -c '
        _describe() { print -rl -- ${(P)2}; }
        _arguments() { print -rl -- $@; }
        words=("'"$MEMPROF"'" "$@") CURRENT=$(($# + 1))
        . "'"$zsh_file"'"' zsh "$@"
}
told=$("$MEMPROF" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]\{2,\}\) .*/\1/p')
is "the commands" "$(sort <<<"$told" | paste -sd' ')" "$(complete_bash '' | grep -v '^--' | sort | paste -sd' ')"
is "one that begins so" merge "$(complete_bash me)"
[[ ! $(command -v zsh) ]] || is "the commands in zsh" "$(sort <<<"$told" | paste -sd' ')" "$(complete_zsh '' | sed 's/:.*//' | sort | paste -sd' ')"
for command in $told; do
    [[ $command != help ]] || continue
    "$MEMPROF" "$command" --help >"$TMPDIR/help"
    grep -oE '^ {2,8}(-., )?--[a-z-]+=?' "$TMPDIR/help" | grep -oE -- '--[a-z-]+' | sort -u >"$TMPDIR/documented"
    "$MEMPROF" "$command" --list-options | cut -f 1 | sed 's/[=[].*//' | sort -u >"$TMPDIR/taken"
    others=$(comm -13 "$TMPDIR/taken" "$TMPDIR/documented")
    [[ -z $others ]] || fail "the help of $command tells of options that are not taken: $others"
    while read -r option; do
        has "$TMPDIR/help" "[ ,(]$option([^a-z-]|$)"
    done <"$TMPDIR/taken"
    complete_bash "$command --" | sed 's/=$//' | sort -u >"$TMPDIR/completed"
    diff "$TMPDIR/taken" "$TMPDIR/completed" || fail "bash completes other options (>) of $command than it takes (<)"
    [[ $(command -v zsh) ]] || continue
    complete_zsh "$command" -- | grep -oE '^--[a-z-]+' | sort -u >"$TMPDIR/completed"
    diff "$TMPDIR/taken" "$TMPDIR/completed" || fail "zsh completes other options (>) of $command than it takes (<)"
done
is "an option with a value" "--output=" "$(complete_bash 'dump --out')"
is "a value" "module" "$(complete_bash 'top --by=mo')"
is "a file" "Makefile" "$(complete_bash 'top Makef')"
has <("$MEMPROF" run --list-options) $'^--interval=BYTES\t-i\tmean bytes between samples'
${MAKE:-make} -s B="$B" uninstall DESTDIR="$TMPDIR/installed" PREFIX=/usr
is "left by uninstall" "" "$(find "$TMPDIR/installed" -type f)"
part_needs zsh
