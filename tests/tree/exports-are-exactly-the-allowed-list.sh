# SPDX-License-Identifier: Apache-2.0
# What a preloaded library exports, it takes over: nothing may slip in or out unnoticed.
. "$SRC/tests/lib.sh"
{
    printf '%s\n' malloc calloc realloc reallocarray free aligned_alloc memalign valloc pvalloc \
        posix_memalign malloc_usable_size free_sized free_aligned_sized \
        _Fork _exit _Exit quick_exit on_exit __cxa_at_quick_exit prctl syscall dlclose
    for new in _Znwm _Znam; do
        printf '%s\n' $new ${new}RKSt9nothrow_t ${new}St11align_val_t ${new}St11align_val_tRKSt9nothrow_t
    done
    for delete in _ZdlPv _ZdaPv; do
        printf '%s\n' $delete ${delete}m ${delete}St11align_val_t ${delete}mSt11align_val_t \
            ${delete}RKSt9nothrow_t ${delete}St11align_val_tRKSt9nothrow_t
    done
} | sort >allowed
nm -D --defined-only --format=posix "$SHIM" | awk '$2 != "A" { print $1 }' |
    sed 's/@.*//' | grep -v '^memprof_' | sort >exported
diff allowed exported || fail "the exported symbols (>) are not the allowed ones (<)"
