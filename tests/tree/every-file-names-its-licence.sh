# SPDX-License-Identifier: Apache-2.0
# (Those of debian/ have formats of their own, and debian/copyright speaks for them; package-lock.json is npm's: it has
# no comments, and names what others wrote.)
. "$SRC/tests/lib.sh"
cd "$SRC"
without=$(find . \( -name .git -o -name 'build*' -o -name corpus -o -name __pycache__ \) -prune -o -type f \
    ! -path './debian/*' ! -name LICENSE ! -name .gitignore ! -name .clang-format ! -name '*.pb.gz' ! -name package-lock.json -print | while read -r file; do
    grep -q 'SPDX-License-Identifier: Apache-2.0' <(head -n 2 "$file") || echo "$file"
done)
[[ -z $without ]] || fail "no SPDX line at the top of" $without
has LICENSE 'Apache License'
