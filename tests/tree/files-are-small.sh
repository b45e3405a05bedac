# SPDX-License-Identifier: Apache-2.0
# A file is a noun with one job: about 150 lines, never more than 400.
. "$SRC/tests/lib.sh"
cd "$SRC"
long=$(wc -l preload/{,*/,*/*/}*.[ch] collector/{,*/}*.[ch] collector/*/*.cc tools/{,*/}*.[ch] tests/*/*.[ch] tests/*/*.sh tests/*.py |
    awk '$2 != "total" && $1 > 400')
[[ -z $long ]] || fail "longer than 400 lines:" $long
