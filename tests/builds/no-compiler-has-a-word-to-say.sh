# SPDX-License-Identifier: Apache-2.0
# slow: 40
# gcc and clang build everything without a warning at each level of optimization, which
# decides what they see.  Here at one level each; `make compilers` tries them all, and what
# comes out.
. "$SRC/tests/lib.sh"
. "$SRC/tests/builds/words.inc"
cppflags= ldflags=
for compiler in ${COMPILERS:-gcc clang}; do
    part_needs "$compiler" || continue
    levels="0 1 2 3"
    [[ ${COMPILERS:-} ]] || levels=$([[ $compiler == gcc ]] && echo 3 || echo 1)
    for level in $levels; do
        cflags="-g -O$level -Wall -Wextra -Werror"
        build=$PWD/$compiler-O$level
        built "$compiler" "$build"
        [[ ! ${COMPILERS:-} ]] || holds "$build" tree/exports-are tree/needs-libc start/nothing-is \
            numbers/totals-at-1-equal-dhat stacks/deep
        rm -rf "$build"
    done
done
