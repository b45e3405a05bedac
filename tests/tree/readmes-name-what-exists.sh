# SPDX-License-Identifier: Apache-2.0
# Files, tests, make targets and man pages that a README names are there.
. "$SRC/tests/lib.sh"
cd "$SRC"
areas=$(find tests -mindepth 1 -maxdepth 1 -type d | sed 's,tests/,,' | paste -sd '|')
for readme in README.md */README.md; do
    folder=$(dirname "$readme")
    grep -oE '`[^` ]+`' "$readme" | tr -d '`' >"$TMPDIR/words" || continue
    while read -r word; do
        case $word in
        scripts/* | preload/* | collector/* | tools/* | tests/* | docs/*)
            [[ $word == *[A-Z][A-Z]* || $word == *\<* || -e $word || -e tests/$word ]] || compgen -G "$word" >/dev/null || fail "$readme names $word" ;;
        *.c | *.h | *.sh | *.py | *.map | *.proto)
            [[ $word == *[*%A-Z\<]* || -e $folder/$word || $(compgen -G "*/${word##*/}") || $(compgen -G "*/*/${word##*/}") ]] || fail "$readme names $word" ;;
        esac
        if [[ $word =~ ^($areas)/[a-z0-9-]+$ ]]; then
            [[ -e tests/$word || -e tests/$word.sh || -e tests/$word.c ]] || fail "$readme names the test $word"
        fi
    done <"$TMPDIR/words"
    for target in $(grep -oE '(^    |`)make [a-z][a-z-]+' "$readme" | awk '{ print $NF }' | sort -u || true); do
        grep -qE "^$target:|^\.PHONY:.* $target( |$)" Makefile tests/*.mk tests/*/*.mk || fail "$readme names make $target"
    done
    for page in $(grep -oE '\bmemprof(-[a-z]+)?\(1\)' "$readme" | sort -u || true); do
        [[ -e docs/man/${page%(1)}.1 ]] || fail "$readme names $page"
    done
done
