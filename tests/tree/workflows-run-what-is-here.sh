# SPDX-License-Identifier: Apache-2.0
# The workflows of GitHub and GitLab are valid and run the same: .ci/run by each compiler on each Debian that
# the README names, and scripts that are here; no host of packages or images is named.
. "$SRC/tests/lib.sh"
/usr/bin/python3 -c 'import yaml' || skip "python3-yaml is not installed"
cd "$SRC"
files=(.github/workflows/check.yml .gitlab-ci.yml)
/usr/bin/python3 tests/tree/workflows.py "${files[0]}" >"$TMPDIR/github"
/usr/bin/python3 tests/tree/workflows.py "${files[1]}" >"$TMPDIR/gitlab"
diff <(sort "$TMPDIR/github") <(sort "$TMPDIR/gitlab") || fail "GitLab (>) does not run what GitHub does (<)"
for suite in bookworm trixie; do
    for compiler in "gcc g++" "clang clang++"; do
        has "$TMPDIR/github" "^check debian:$suite ${compiler//+/\\+}: \.ci/run$"
    done
    has "$TMPDIR/github" "^packages debian:$suite : scripts/deb$"
    has "$TMPDIR/github" "^aarch64 debian:$suite : scripts/check-aarch64$"
done
for script in $(sed 's/.*: //; s/;//g' "$TMPDIR/github"); do
    [[ -x $script ]] || fail "a workflow runs $script, which is not here"
done
for file in "${files[@]}"; do
    lacks "$file" '://|[a-z0-9-]+\.(com|org|io|net)\b'
done
