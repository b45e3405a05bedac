# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the tests of this folder.  COMPILERS="gcc clang": all combinations with these.
# Below are the flags that distributions build with, as of 2025; what needs a plugin or specs of the distribution's own (annobin) is left out.

# distribution NAME: sets cppflags, cflags and ldflags.
distribution() {
    case $1 in
    debian) # dpkg-buildflags of Debian 13 on amd64, DEB_BUILD_MAINT_OPTIONS=hardening=+all
        cppflags="-Wdate-time -D_FORTIFY_SOURCE=2"
        cflags="-g -O2 -Werror=implicit-function-declaration -ffile-prefix-map=$SRC=. -fstack-protector-strong -fstack-clash-protection -Wformat -Werror=format-security -fcf-protection"
        ldflags="-Wl,-z,relro -Wl,-z,now"
        ;;
    ubuntu) # dpkg-buildflags of Ubuntu 24.04
        cppflags="-Wdate-time -D_FORTIFY_SOURCE=3"
        cflags="-g -O2 -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer -ffile-prefix-map=$SRC=. -flto=auto -ffat-lto-objects -fstack-protector-strong -fstack-clash-protection -Wformat -Werror=format-security -fcf-protection"
        ldflags="-Wl,-Bsymbolic-functions -flto=auto -ffat-lto-objects -Wl,-z,relro"
        ;;
    fedora) # %{build_cflags} and %{build_ldflags} of redhat-rpm-config in Fedora 41, x86_64
        cppflags=
        cflags="-O2 -flto=auto -ffat-lto-objects -fexceptions -g -grecord-gcc-switches -pipe -Wall -Werror=format-security -Wp,-U_FORTIFY_SOURCE,-D_FORTIFY_SOURCE=3 -Wp,-D_GLIBCXX_ASSERTIONS -fstack-protector-strong -m64 -march=x86-64 -mtune=generic -fasynchronous-unwind-tables -fstack-clash-protection -fcf-protection -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer"
        ldflags="-Wl,-z,relro -Wl,--as-needed -Wl,-z,pack-relative-relocs -Wl,-z,now -Wl,--build-id=sha1"
        ;;
    esac
    [[ $(uname -m) == x86_64 ]] || cflags=$(sed -E 's/ -(m64|march=[^ ]*|fcf-protection)//g' <<<"$cflags")
}

# without_lto: what `distribution` set, for a package that has opted out.
without_lto() {
    cflags=$(sed -E 's/ -f(lto=auto|fat-lto-objects)//g' <<<"$cflags")
    ldflags=$(sed -E 's/ -f(lto=auto|fat-lto-objects)//g' <<<"$ldflags")
}
# with_lto: for a package that asks for it where it is not the default.
with_lto() {
    without_lto
    cflags+=" -flto=auto -ffat-lto-objects"
    ldflags+=" -flto=auto -ffat-lto-objects"
}
# for_clang: clang has link-time optimization of its own.
for_clang() {
    cflags=$(sed -E 's/ -ffat-lto-objects//g; s/-flto=auto/-flto=thin/g' <<<"$cflags")
    ldflags=$(sed -E 's/ -ffat-lto-objects//g; s/-flto=auto/-flto=thin/g' <<<"$ldflags")
}

# built COMPILER DIRECTORY: makes everything there with cppflags, cflags and ldflags;
# not a word may be said.
built() {
    local compiler=$1 directory=$2 archiver cxx
    case $compiler in
    *clang*) cxx=${compiler/clang/clang++} ;;
    *) cxx=${compiler/gcc/g++} ;;
    esac
    archiver=$("$compiler" -print-prog-name=llvm-ar)
    [[ $compiler == *clang* && -x $archiver ]] || archiver=ar
    (cd "$SRC" && ${MAKE:-make} -s -j2 B="$directory" CC="$compiler" CXX="$cxx" AR="$archiver" CPPFLAGS="$cppflags" \
        CFLAGS="$cflags" LDFLAGS="$ldflags" all) >said 2>&1 || {
        tail -n 30 said
        fail "$compiler $cppflags $cflags $ldflags: does not build"
    }
    # A plugin of protoc has a word to say for itself.
    lacks said '^[^[].*|warning:'
}

# holds BUILD CLAIM...: these tests pass with the library and the commands of the directory BUILD.
holds() {
    local build=$1 claim
    shift
    ln -sfn "$TARGETS" "$build/targets"
    for claim; do
        B=$build bash "$SRC/tests/run" "$claim" >out 2>&1 || {
            cat out
            fail "$build: $claim"
        }
    done
    echo "$(basename "$build"): $# tests passed"
}
