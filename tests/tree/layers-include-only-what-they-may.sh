# SPDX-License-Identifier: Apache-2.0
# tools -> collector -> preload/state.h, and the shim depends on nothing of ours.
. "$SRC/tests/lib.sh"
cd "$SRC"
includes() {
    grep -nE '^ *# *include *"' "$@" /dev/null || true
}
[[ -z $(includes preload/*.[ch] | grep -v '"preload/') ]] || fail "preload/ includes $(includes preload/*.[ch] | grep -v '"preload/')"
is "files outside the shim that include preload/state.h" 1 \
    "$(includes collector/*.[ch] tools/*.[ch] tools/*/*.[ch] | grep -c '"preload/state.h"')"
[[ -z $(includes collector/*.[ch] tools/*.[ch] tools/*/*.[ch] | grep '"preload/' | grep -v '"preload/state.h"') ]] ||
    fail "a header of the shim is included outside it"
[[ -z $(includes tools/*.[ch] tools/*/*.[ch] | grep '"preload/') ]] || fail "tools/ includes the shim's headers"
[[ -z $(includes collector/*.[ch] | grep -vE '"(collector/|preload/state.h)') ]] ||
    fail "collector/ includes $(includes collector/*.[ch] | grep -vE '"(collector/|preload/state.h)')"
[[ -z $(includes tools/*.[ch] tools/*/*.[ch] | grep -vE '"(tools|collector)/') ]] || fail "tools/ includes something else"
[[ -z $(includes tools/*.[ch] tools/*/*.[ch] | grep -E '"collector/' | grep -vE '(profile|profile_[a-z]+|pattern|path|drop_frames|collect|inspect|error|clean|budget|open_regular)\.h"') ]] ||
    fail "tools/ goes around the collector's interface: $(includes tools/*.[ch] tools/*/*.[ch] | grep -E '"collector/')"
