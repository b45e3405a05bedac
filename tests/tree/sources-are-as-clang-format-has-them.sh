# SPDX-License-Identifier: Apache-2.0
. "$SRC/tests/lib.sh"
need clang-format-19
cd "$SRC"
${MAKE:-make} -s check-format
