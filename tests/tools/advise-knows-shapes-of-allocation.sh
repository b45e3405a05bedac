# SPDX-License-Identifier: Apache-2.0
# slow: 35
# Of some two hundred and fifty ways to allocate, C, C++ and Rust, each kind is found in four of five, and nine of ten
# that are said to be of a kind are: with all events followed, and with one of eight windows.
. "$SRC/tests/lib.sh"
programs=(shapes_plain.cc shapes_more.cc shapes_c.c shapes_third.cc shapes_third_c.c shapes_third_d.c shapes_fourth.cc shapes_fourth_c.c shapes_fourth_d.c)
mkdir bin
for source in "${programs[@]}"; do ln -s "$TARGETS/${source%.*}" bin/; done
PATH=/usr/bin:$PATH # a rustup without a default toolchain may come first
if part_needs rustc; then
    for source in shapes.rs shapes_third.rs shapes_fourth.rs; do
        name=${source%.*}
        rustc -A warnings -g -O "$SRC/tests/targets/$source" -o "bin/${name}_rs"
        programs+=("$source")
    done
fi
for windows in 1 8; do
    pairs=()
    for source in "${programs[@]}"; do
        name=${source%.*}
        [[ $source != *.rs ]] || name+=_rs
        MEMPROF_LIFETIMES=$windows "$MEMPROF" run --advise -q -o "$name.pb.gz" "bin/$name" 2000
        "$MEMPROF" advise --json "$name.pb.gz" >"$name.$windows.json"
        pairs+=("$SRC/tests/targets/$source=$name.$windows.json")
    done
    echo "One of $windows:"
    /usr/bin/python3 "$SRC/tests/tools/shapes.py" "${pairs[@]}"
done
