# SPDX-License-Identifier: Apache-2.0
# slow: 40
# log, gc and fsck on a repository; git starts further gits, each with its own profile.
. "$SRC/tests/lib.sh"
need git
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b
# One stream for git fast-import: N commits to 40 files.
history() {
    awk -v commits="$1" 'BEGIN {
        for (n = 1; n <= commits; n++) {
            text = ""
            for (line = 0; line < 60; line++) text = text "line " line " of " (line % 7 ? n % 40 : n) "\n"
            printf "commit refs/heads/main\ncommitter A <a@b> %d +0000\ndata 10\ncommit %03d\n", 1700000000 + n, n % 1000
            printf "M 644 inline file%d.txt\ndata %d\n%s\n", n % 40, length(text), text
        }
    }'
}
work() {
    local commits=60
    [[ $1 == large ]] && commits=1500
    git init -q -b main . && history $commits | git fast-import --quiet
    $RUN git log -p --stat
    $RUN git -c pack.threads=1 -c gc.auto=0 gc -q
    $RUN git fsck --full --no-progress
    $RUN git cat-file -p main:no-such-file
    git rev-list --objects --all | sort
}
compare work git 512K:large 64K:large 1:small
