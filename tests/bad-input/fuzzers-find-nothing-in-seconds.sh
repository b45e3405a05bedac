# SPDX-License-Identifier: Apache-2.0
# slow: 60
# Every reader of foreign bytes, a few seconds under its fuzzer, whose own claims hold too; `make
# fuzz` is the long form.
. "$SRC/tests/lib.sh"
need clang
cd "$SRC"
unset MAKEFLAGS MFLAGS MAKELEVEL
"${MAKE:-make}" -s fuzz B="$B" FUZZ_SECONDS=5
