# SPDX-License-Identifier: Apache-2.0
# No notes to self, no paths or hosts of one machine.
. "$SRC/tests/lib.sh"
cd "$SRC"
found=$(grep -rnIE --exclude-dir=.git --exclude=.git --exclude-dir='build*' --exclude=LICENSE --exclude="$(basename "$0")" \
    "(TODO|FIXME|\bXXX\b|HACK:|issue #?[0-9]|\bsession [0-9]|/work/(main|shared|\.)|/root/|/tmp/brief|artifact-registry)" .) || true
[[ -z $found ]] || fail "notes or paths: $found"
