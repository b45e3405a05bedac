# SPDX-License-Identifier: Apache-2.0
# Children that could not be recorded are named with the reason, on a line and in stat.json: a static program, and one that
# brings its own malloc.  Without any there is no such line.
. "$SRC/tests/lib.sh"
# The static one ends when somebody has opened its file to see what it is; who has looked before it watches does not
# look again, hence the limit.
cat >immovable.c <<'END'
#include <poll.h>
#include <sys/inotify.h>
int main(int argc, char **argv)
{
    struct pollfd opened = {inotify_init(), POLLIN, 0};
    return argc != 1 || inotify_add_watch(opened.fd, argv[0], IN_OPEN) < 0 || poll(&opened, 1, 5000) < 0;
}
END
gcc -static immovable.c -o immovable
"$MEMPROF" stat -n 2 --plain=0 -o out -- sh -c "./immovable; $TARGETS/own_malloc; true" >text 2>/dev/null
has text 'In no sum, .*immovable \(1 process: statically linked'
has text 'own_malloc \(1 process: malloc is provided by'
is "in stat.json" 'immovable 1 own_malloc 1' \
    "$(jq -r '.runs[1].unrecorded | sort_by(.program) | map("\(.program) \(.processes)") | join(" ")' out/stat.json)"
"$MEMPROF" stat -n 1 --plain=0 -o again -- sh -c 'ls / >/dev/null; true' >text
lacks text 'In no sum'
is "in stat.json" '[]' "$(jq -c '.runs[0].unrecorded' again/stat.json)"
