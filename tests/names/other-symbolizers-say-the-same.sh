# SPDX-License-Identifier: Apache-2.0
# slow: 15
# Address by address, our names, files, lines and inlined calls are those of llvm-symbolizer and
# eu-addr2line, but for differences that are explained one by one.  A sample of what
# `make names-everywhere` does with every language, level and LTO.
. "$SRC/tests/lib.sh"
need eu-addr2line objdump
compgen -c llvm-symbolizer >/dev/null || skip "llvm-symbolizer is not installed"
"$SRC/tests/names/build_corpus" corpus sample >files 2>absent
while read -r line; do part_skipped "$line"; done <absent
[[ -s files ]] || skip "no compiler is installed"
# shellcheck disable=SC2046
/usr/bin/python3 "$SRC/tests/names/compare.py" "$B/tests/names/ask" "$SRC/tests/names/names-agree.differences" $(cat files) |
    tee out
has out '^[1-9][0-9]* addresses compared with llvm.* 0 unexplained$'
