# SPDX-License-Identifier: Apache-2.0
# A, B and X stand for what Debians call differently.  Where apt knows none, only what
# the build needs stops us; a name that only others provide is none that apt knows, but is there when
# one of those others is.
. "$SRC/tests/lib.sh"
mkdir bin scripts
cp "$SRC/scripts/install-packages" scripts/
cat >bin/dpkg-query <<'SH'
#!/bin/sh
for name; do :; done # the last
case $name in *Provides*) cat provided && exit ;; esac
! grep -qx "$name" installed || printf 'install ok installed'
SH
cat >bin/apt-cache <<'SH'
#!/bin/sh
! grep -qx "$2" known || echo "Version: 1"
SH
cat >bin/apt-get <<'SH'
#!/bin/sh
[ "$1" != update ] || exit 0
while [ "$1" != --no-install-recommends ]; do shift; done
shift
printf '%s\n' "$@" >>installed
SH
printf '#!/bin/sh\nexec "$@"\n' >bin/sudo # for users other than root
chmod +x bin/*
printf '%s\n' 'build a|b  why' 'check c  why' 'check x|y|z  why' >scripts/packages
installing() {
    PATH=$PWD/bin:$PATH status_of sh scripts/install-packages build check
}
printf '%s\n' b c z >known
: >installed
printf 'ii , other, c-dev\nrc , removed, c\n' >provided
is status 0 "$(installing)"
is "said" "Installing: b c z" "$(cat out err)"
is "status with all there" 0 "$(installing)"
is "said with all there" "" "$(cat out err)"
echo y >installed
printf '%s\n' b z >known
is "status without a program for the tests" 0 "$(installing)"
has err '^install-packages: unknown to apt here: c$'
is "installed" "y b" "$(paste -sd ' ' installed)"
: >installed
echo c >known
is "status without a package to build with" 2 "$(installing)"
has err '^install-packages: unknown to apt here: a\|b x\|y\|z$'
is "installed in vain" "" "$(cat installed)"
echo 'ii , other, x (= 2), c' >provided
printf '%s\n' b c z >known
is "status with one that provides two" 0 "$(installing)"
is "installed beside it" b "$(cat installed)"
