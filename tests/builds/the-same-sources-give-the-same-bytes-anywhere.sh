# SPDX-License-Identifier: Apache-2.0
# slow: 25
# Two directories, one of a longer name: whoever builds the same sources with the same
# compiler can compare what comes out, and no directory is named in it.
. "$SRC/tests/lib.sh"
. "$SRC/tests/builds/words.inc"
same() { # COMPILER
    local directory file files
    for directory in one another/and/longer/two; do
        rm -rf "$directory" && mkdir -p "$directory"
        cp -r "$SRC/Makefile" "$SRC/preload" "$SRC/collector" "$SRC/tools" "$directory"
        (SRC=$PWD/$directory && built "$1" build)
    done
    files=$(cd one/build && find . -maxdepth 1 -type f -perm -u+x -printf '%P\n')
    [[ $(wc -w <<<"$files") -ge 9 ]] || fail "only these are built: $files"
    for file in $files; do
        cmp one/build/$file another/and/longer/two/build/$file || fail "$1 $cflags: $file differs"
        ! grep -q "$PWD" one/build/$file || fail "$1 $cflags: $file names the directory that it was built in"
    done
}
cppflags= ldflags= cflags="-g -O1"
[[ ${COMPILERS:-} ]] || same gcc
for compiler in ${COMPILERS:-}; do
    part_needs "$compiler" || continue
    for name in debian ubuntu fedora; do
        distribution $name
        [[ $compiler != *clang* ]] || for_clang
        cflags=${cflags/-ffile-prefix-map=$SRC=. /}
        same "$compiler"
    done
done
