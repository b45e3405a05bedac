# SPDX-License-Identifier: Apache-2.0
# The names in collector/profile/wrappers.txt mean the same to go tool pprof and to `memprof top`: what is
# a wrapper goes with all it called, what only looks like one stays, and no stack goes as a whole.
. "$SRC/tests/lib.sh"
make_profile() {
    /usr/bin/python3 "$SRC/tests/tools/make_profile.py" "$@"
}
cat >wrappers <<'NAMES'
xmalloc
xcalloc
xrealloc
xstrdup
xzalloc
xmallocz_gently
x2nrealloc
do_xmalloc
xmemdupz
sh_xmalloc
g_malloc0
g_realloc
g_try_malloc_n
g_slice_alloc
g_strdup
CRYPTO_zalloc
CRYPTO_malloc
OPENSSL_memdup
av_malloc
av_mallocz
av_realloc_f
apr_palloc
ngx_pcalloc
_talloc_zero
palloc0
zmalloc
ztrycalloc_usable
zmalloc_usable
luaM_realloc_
sqlite3Malloc
sqlite3DbMallocRawNN
sqlite3_malloc64
sqlite3MemMalloc
dbMallocRawFinish
PyMem_RawMalloc
PyObject_Malloc
_PyObject_GC_New
PyType_GenericAlloc
Perl_safesysmalloc
ruby_xmalloc2
_emalloc
__rust_alloc
__rdl_alloc
alloc::alloc::exchange_malloc
<alloc::alloc::Global as core::alloc::Allocator>::allocate
alloc::raw_vec::RawVec<T,A>::reserve::do_reserve_and_handle
alloc::raw_vec::finish_grow
<alloc::raw_vec::RawVec<T,A>>::allocate_in
_d_newclass
gc_malloc
core.internal.gc.impl.conservative.gc.ConservativeGC.malloc(ulong, uint, const(TypeInfo))
os::malloc(unsigned long, MEMFLAGS)
AllocateHeap(unsigned long, MEMFLAGS, AllocFailStrategy::AllocFailEnum)
Arena::grow(unsigned long, AllocFailStrategy::AllocFailEnum)
Node::operator new(unsigned long)
v8::internal::Malloced::operator new(unsigned long)
v8::internal::AllocWithRetry(unsigned long, void* (*)(unsigned long))
char* node::UncheckedMalloc<char>(unsigned long)
uv__malloc
moz_xmalloc
WTF::fastMalloc(unsigned long)
operator new(unsigned long)
std::allocator<char>::allocate(unsigned long)
NAMES
cat >others <<'NAMES'
xmlNewNode
strdup
__vasprintf_internal
xmallocator_create
mymalloc_stats
dictCreate
createObject
std::vector<int>::reserve(unsigned long)
std::__cxx11::basic_string<char>::_M_create(unsigned long&, unsigned long)
operator newt
alloc::vec::Vec<T,A>::push
alloc::string::String::clone
<alloc::vec::Vec<T,A> as core::clone::Clone>::clone
PyDict_New
PyUnicode_New
sqlite3BtreeOpen
sqlite3Mallocator
g_hash_table_new
g_object_new
g_array_new
CRYPTO_THREAD_lock_new
av_frame_alloc
apr_pool_create_ex
luaH_new
talloc_report
os::init(void)
v8::internal::Heap::AllocateRaw(int)
strdupa_like
zmallocs
NAMES
MEMPROF_INTERVAL=1 profiled bash -c 'a=(1 2 3)'
drop=$(/usr/bin/python3 - "$SRC/tests" "$(profile_of bash)" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
import pprof
profile = pprof.Profile(sys.argv[2])
print(profile.drop_frames)
PYTHON
)
[[ $drop == *xmalloc* || $drop == *xn*malloc* ]] || fail "no wrappers in drop_frames: $drop"
n=0
while read -r name; do
    n=$((n + 1))
    echo "$n below the wrapper;$name;caller_$n;main"
    echo "1 $name" # nothing but a wrapper
done <wrappers >stacks
sed 's/.*/7 &;main/' others >>stacks
make_profile all.pb.gz drop="$drop" <stacks
pprof -top all.pb.gz 2>/dev/null | sed '1,/flat%/d' >wanted
"$MEMPROF" top --wrappers=listed -n 1000 all.pb.gz | sed '1,/flat%/d' >got
[[ -s wanted ]] || fail "pprof printed nothing"
diff wanted got || fail "memprof top (>) is not pprof (<)"
"$MEMPROF" top --stacks=1000 --wrappers=listed --no-header all.pb.gz >shown
lacks shown 'below the wrapper'
is "stacks that a wrapper's caller ends" "$(wc -l <wrappers)" "$(grep -c '^      caller_' shown)"
is "stacks of nothing but a wrapper" "$(wc -l <wrappers)" "$(grep -cxFf <(sed 's/^/      /' wrappers) shown)"
while IFS= read -r name; do
    grep -qxF "      $name" shown || fail "$name is hidden, but it is no wrapper"
done <others
"$MEMPROF" top --stacks=1000 --wrappers=show --no-header all.pb.gz >whole
is "stacks with --wrappers=show" "$(wc -l <wrappers)" "$(grep -c 'below the wrapper' whole)"
