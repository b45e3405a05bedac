# SPDX-License-Identifier: Apache-2.0
# A library without a build id, or with one of two bytes that another build has, too, is replaced
# after it was loaded: by rename, by copy, or the old one moved away.  Where nothing was replaced
# its names stay, by a link, too.
. "$SRC/tests/lib.sh"
need gcc
printf '#include <stdlib.h>\n__attribute__((noinline)) static void *%s(size_t n) { void *volatile p = malloc(n); return p; }
void *entry(size_t n) { void *volatile p = %s(n); return p; }\n' old_helper old_helper >old.c
{ echo 'int padding(int n) { return n * 3; }' && sed 's/old_helper/new_unrelated/g' old.c; } >new.c
cat >loads.c <<'SOURCE'
#include <dlfcn.h>
#include <stdlib.h>
#include <stddef.h>
int main(int argc, char **argv)
{
    void *(*entry)(size_t) = dlsym(dlopen(argv[1], RTLD_NOW), "entry");
    if (argc > 2 && system(argv[2]) != 0)
        return 1;
    entry(100001);
    return 0;
}
SOURCE
gcc loads.c -o loads
for id in none 0xab 0xabcd; do
    for way in 'mv libnew.so libup.so' 'rm libup.so && cp libnew.so libup.so' 'mv libup.so libold.so && cp libnew.so libup.so' ''; do
        for name in ./libup.so ./link.so; do
            gcc -O1 -shared -fPIC -Wl,--build-id=$id old.c -o libup.so
            gcc -O1 -shared -fPIC -Wl,--build-id=$id new.c -o libnew.so
            ln -sf libup.so link.so
            MEMPROF_INTERVAL=1 MEMPROF_OUT=%e.pb.gz profiled ./loads $name ${way:+"$way"}
            dump loads.pb.gz | grep '^1 100001 ' >dumped
            lacks dumped 'new_unrelated|padding'
            [[ $way ]] || has dumped ' old_helper@[^ ]* entry@'
            rm -f ./*.pb.gz lib*.so
        done
    done
done
