# SPDX-License-Identifier: Apache-2.0
# tools -> collector -> preload/state.h, and the shim depends on nothing of ours.  Below the collector's top: symbols -> state -> profile
# -> base; advise -> lifetimes -> profile.  Headers of the shim that say what both sides have to know are included by those who use them, and by nobody else.
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
may 'collector/lifetimes/*.[ch]' 'collector/(base|profile|lifetimes)/'
may 'collector/advise/*.[ch]' 'collector/(base|profile|lifetimes|advise)/'
may 'collector/state/*.[ch]' 'collector/(base|profile|state)/|preload/(state|state_values|state_files|run|options)\.h'
may 'collector/memory/*.[ch]' 'collector/(base|memory)/'
may 'collector/symbols/*.[ch]' 'collector/(base|profile|state|symbols)/|preload/own_file\.h'
may 'collector/*.[ch]' 'collector/|preload/(state_files|run|base/number)\.h'
# What is of one architecture stands in preload/arch, in the same files for each.
asks=$(grep -lE '__(x86_64|aarch64)__' preload/{,*/}*.[ch] collector/{,*/}*.[ch] tools/{,*/,*/*/}*.[ch] || true)
[[ -z $asks ]] || fail "these ask for an architecture: $asks"
is "files of aarch64" "$(cd preload/arch/x86_64 && echo *.h)" "$(cd preload/arch/aarch64 && echo *.h)"
is "headers of it that others include" "collector/symbols/confine_calls.c:arch_machine.h tools/executable.c:arch_machine.h tools/self_test/library/more.c:arch_machine.h" \
    "$(grep -oE '^#include "arch_[a-z_]+\.h"' {collector,tools}/{,*/,*/*/}*.[ch] | sed 's/#include "//; s/"$//' | xargs)"
# only HEADER FILES: outside the shim FILES alone include it.
only() {
    is "files outside the shim that include preload/$1" "$2" "$(grep -l "\"preload/$1\"" collector/{,*/}*.[ch] tools/{,*/}*.[ch] | xargs)"
}
only state.h collector/state/layout.h
only state_values.h collector/state/layout.h
only state_lifetimes.h ""
only state_files.h "collector/naming.c collector/roster.c collector/state/dirs.c collector/state/file.c collector/state/list.c collector/state/liveness.c"
only run.h "collector/run_line.c collector/state/list.c tools/launch.c tools/run_log.c tools/run_log.h"
only options.h "collector/state/names.c tools/cmd_run.c tools/settings.c"
only own_file.h "collector/symbols/worker_exec.c tools/beside.c"
only base/number.h "collector/main.c collector/run_line.c collector/symbols_main.c tools/quantity.c"
may 'tools/{,*/}*.[ch]' \
    'tools/|preload/(options|run|own_file|base/number)\.h|collector/(base|profile|lifetimes|advise|memory)/|collector/(counts|symbols/(workers|objects)|state/(header|names|list|liveness|dirs|pid|reader)|collect|inspect|new_file|snapshot|live_process|roster|roster_kin|roster_process|vitals|save|run_line|take_lifetimes|take_memstats)\.h'
