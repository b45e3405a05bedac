# SPDX-License-Identifier: Apache-2.0
# Paths begin at the top of the checkout, wherever the program was built; annotations are of the new side's lines;
# what SARIF knows a finding by stays when lines move, and differs between sites.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
mkdir -p repository/src repository/.git elsewhere/src
cat >repository/src/app.c <<'CODE'
#include <stdlib.h>
void *volatile kept;
__attribute__((noinline)) static void keep(size_t n) { kept = malloc(n); }
int main(void)
{
    for (int i = 0; i < 100; i++)
        keep(100 + EXTRA);
    kept = malloc(50 * EXTRA + 1);
    return 0;
}
CODE
cp repository/src/app.c elsewhere/src/
build() { # DIRECTORY EXTRA NAME
    (cd "$1" && gcc -g -O1 -DEXTRA="$2" -o app "$PWD/src/app.c")
    profiled "$1/app" && mv "$(one $(profiles))" "$3.pb.gz"
}
build repository 0 base
build repository 10 inside
build elsewhere 10 outside
sed -i '1i // a line\n// another' repository/src/app.c
build repository 10 moved
# The new side's commit may be checked out inside of the repository, as jobs do it.
mkdir -p repository/head/src repository/head/.git
cp elsewhere/src/app.c repository/head/src/
build repository/head 10 nested
unset GITHUB_WORKSPACE GITHUB_REPOSITORY CI_PROJECT_DIR CI_PROJECT_URL
cd repository
for new in inside:3 outside:3 moved:5 nested:3; do
    name=${new%:*}
    "$MEMPROF" diff --format=github --output=sarif=../$name.sarif --output=json=../$name.json \
        ../base.pb.gz ../$name.pb.gz >../$name.github
    has ../$name.github "^::warning file=src/app\.c,line=${new#*:},title="
    jq -r '.runs[0].results[].partialFingerprints[]' ../$name.sarif >../$name.known
    is "findings of $name" 2 "$(sort -u ../$name.known | wc -l)"
    cmp ../inside.known ../$name.known || fail "$name: another fingerprint"
    is "URIs of $name" src/app.c "$(jq -r '.runs[0].results[].locations[].physicalLocation.artifactLocation.uri' ../$name.sarif | sort -u)"
    is "paths of $name" src/app.c "$(jq -r '.sites.changed[].place.path' ../$name.json | sort -u)"
done
cd ..
report() { # ENVIRONMENT...
    env "$@" "$MEMPROF" diff --format=markdown --repository=repository base.pb.gz inside.pb.gz
}
has <(report --) '`keep` `src/app.c:3`'
has <(report GITHUB_SERVER_URL=https://git.example GITHUB_REPOSITORY=we/app GITHUB_SHA=abc) \
    '\[`keep`\]\(https://git.example/we/app/blob/abc/src/app.c#L3\)'
has <(report CI_PROJECT_URL=https://lab.example/we/app CI_COMMIT_SHA=abc) '\(https://lab.example/we/app/-/blob/abc/src/app.c#L3\)'
has <("$MEMPROF" diff --format=markdown --repository=repository --link='https://x/%f?l=%l' base.pb.gz inside.pb.gz) '\(https://x/src/app.c\?l=3\)'
# Elsewhere no file is meant, and no line is annotated.
mkdir other
"$MEMPROF" diff --format=github --repository=other base.pb.gz inside.pb.gz >github
lacks github 'file='
