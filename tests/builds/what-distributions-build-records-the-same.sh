# SPDX-License-Identifier: Apache-2.0
# slow: 90
# A build with a distribution's flags, with and without link-time optimization, keeps its
# exports and its fast path, reads its options, and counts exactly.  Here Ubuntu's by gcc;
# `make compilers` tries them all.
. "$SRC/tests/lib.sh"
. "$SRC/tests/builds/words.inc"
claims="tree/exports-are tree/fast-path tree/needs-libc tree/recording-needs start/environment start/nothing-is \
    numbers/totals-at-1-equal-dhat numbers/every-site-is-exact end/every-way end/frees threads/every-way"
for compiler in ${COMPILERS:-gcc}; do
    part_needs "$compiler" || continue
    for name in ${COMPILERS:+debian fedora} ubuntu; do
        for lto in with ${COMPILERS:+without}; do
            distribution "$name"
            "${lto}_lto"
            [[ $compiler != *clang* ]] || for_clang
            build=$PWD/$compiler-$name-$lto-lto
            built "$compiler" "$build"
            # shellcheck disable=SC2086 # a list of words
            holds "$build" $claims
            rm -rf "$build"
        done
    done
done
