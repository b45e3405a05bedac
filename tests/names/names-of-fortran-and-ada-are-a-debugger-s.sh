# SPDX-License-Identifier: Apache-2.0
# Fortran's procedures are named with the modules and procedures around them, Ada's as they are
# written; each is one function, whether it is inlined, split or called.
. "$SRC/tests/lib.sh"
# names COMPILED: symbol and name of all frames.
names() {
    local address
    objdump -d -j .text --no-show-raw-insn "$1" | sed -nE 's/^ *([0-9a-f]+):\tcall .*/0x\1/p' |
        MEMPROF_CACHE=off "$B/tests/names/ask" "$1" | awk -F'\t' 'NF > 2 { print $1, $2 }' | sort -u
}
for level in -O0 -O2; do
    if part_needs gfortran; then
        gfortran -w -g $level -J. "$SRC/tests/names/corpus/forms.f90" -o fortran
        names fortran >named
        has named '^__shapes_MOD_total_real shapes::total_real$'
        has named '^swap shapes::total_real::swap$'
        has named '^local forms::local$'
        is "names of one function" '' "$(cut -d' ' -f2 named | sort | uniq -d)"
    fi
    if part_needs gnatmake; then
        mkdir -p objects$level
        (cd objects$level && gnatmake -q -g $level "$SRC/tests/names/corpus/forms.adb" -o ../ada)
        names ada >named
        has named '^forms__shapes__grow(__2)? forms\.shapes\.grow$'
        has named '^forms__outer__inner forms\.outer\.inner$'
        has named '^_ada_forms forms$'
        has named '^forms__shapes__Oadd forms\.shapes\."\+"$'
    fi
done
