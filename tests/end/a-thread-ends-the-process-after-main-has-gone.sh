# SPDX-License-Identifier: Apache-2.0
# Of a process whose main thread has ended, /proc/self has neither descriptors nor mappings: its end
# is still its collector's, where a filter kills for execveat, too, and a library without a
# build id that comes so late has its names.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
printf '#include <stdlib.h>\nvoid *here;\nvoid allocate_here(void)\n{\n    here = malloc(77);\n}\n' >late.c
"${CC:-gcc}" -g -shared -fPIC -Wl,--build-id=none -o liblate.so late.c
number=$(printf '#include <sys/syscall.h>\nSYS_execveat\n' | "${CC:-gcc}" -E -P - | tail -1)
is "status" 3 "$(status_of "$TARGETS/filtered" "-$number" "$SHIM" "$TARGETS/main_goes" "$PWD/liblate.so")"
is "messages" "" "$(cat err)"
valid "$(profile_of main_goes)"
has <(dump "$(profile_of main_goes)") '^1 77 1 77 bytes=[0-9]+bytes allocate_here@[^ ]*late.c:5 goes_on@'
