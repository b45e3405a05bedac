# SPDX-License-Identifier: Apache-2.0
# tools -> collector -> preload/state.h (the options' limits are common, too), and the shim depends on nothing of ours.  Below the
# collector's top: symbols -> state -> profile -> base.
. "$SRC/tests/lib.sh"
cd "$SRC"
# may FOLDERS REGEX: files of FOLDERS include nothing of ours but what REGEX says.
may() {
    local wrong
    wrong=$(eval "grep -nE '^ *# *include *\"[a-z]+/' $1 /dev/null" | grep -vE "\"($2)" || true)
    [[ -z $wrong ]] || fail "$1 includes $wrong"
}
may 'preload/{,*/}*.[ch]' preload/
may 'preload/base/*.[ch]' preload/base/
may 'collector/base/*.[ch]' collector/base/
may 'collector/profile/*.{[ch],cc}' 'collector/(base|profile)/'
may 'collector/state/*.[ch]' 'collector/(base|profile|state)/|preload/state(_values)?.h'
may 'collector/symbols/*.[ch]' 'collector/(base|profile|state|symbols)/'
may 'collector/*.[ch]' 'collector/'
is "files outside the shim that include preload/state.h" collector/state/layout.h \
    "$(grep -l '"preload/state.h"' collector/{,*/}*.[ch] tools/{,*/}*.[ch])"
is "files outside the shim that include preload/options.h" tools/settings.c \
    "$(grep -l '"preload/options.h"' collector/{,*/}*.[ch] tools/{,*/}*.[ch])"
may 'tools/{,*/}*.[ch]' 'tools/|preload/options\.h|collector/(base|profile)/|collector/(state/(list|live|dirs|pid|reader)|collect|inspect|snapshot|live_process|roster|vitals|save)\.h'
