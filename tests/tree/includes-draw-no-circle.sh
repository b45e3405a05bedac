# SPDX-License-Identifier: Apache-2.0
# A file with its header is a part, and what it includes an arrow.  No part leads back to itself.
# In the shim an arrow may, if a comment right before it says why: "circle: ...".
. "$SRC/tests/lib.sh"
here=$PWD
cd "$SRC"
# arrows FOLDER: "part part", one a line.
arrows() {
    find "$1" -name '*.[ch]' -o -name '*.cc' | sort | xargs awk -v folder="$1" '
        FNR == 1 { defended = 0; part = FILENAME; sub(/\.[^.]*$/, "", part) }
        /^#include "/ {
            other = $2; gsub(/"/, "", other); sub(/\.[^.]*$/, "", other)
            if (other != part && !defended) print part, other
        }
        { if (/circle: / && folder == "preload") defended = 1; else if (!/^ \*/) defended = 0 }'
}
for folder in preload collector tools; do
    arrows "$folder" >"$here/$folder"
    [[ $(wc -l <"$here/$folder") -gt 50 ]] || fail "$folder has no arrows"
    tsort "$here/$folder" >"$here/order" 2>"$here/circles" || fail "$folder includes in a circle: $(sed 's/^tsort: //' "$here/circles" | paste -sd ' ')"
done
