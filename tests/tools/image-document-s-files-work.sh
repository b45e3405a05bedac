# SPDX-License-Identifier: Apache-2.0
# slow: 10
# The Dockerfile of docs/images.md, its second stage as a root with the packages that it asks for and the files that
# it copies: a program in it has a profile with names, as root, as another user, and where the root is read-only.
. "$SRC/tests/lib.sh"
as_root "makes a root"
need dpkg-query unshare
sed -n '/^```dockerfile Dockerfile$/,/^```$/p' "$SRC/docs/images.md" | sed '1d; $d' >Dockerfile
/usr/bin/python3 "$SRC/tests/tools/dockerfile.py" Dockerfile >lines
root=$PWD/root environment=() command=()
make() { command "${MAKE:-make}" B="$B" "$@"; }
while read -r stage instruction arguments; do
    eval "words=($arguments)"
    case $stage.$instruction in
    0.RUN)
        line=${words[0]//\/out/$PWD/first/out}
        if [[ $line == make* ]]; then
            (cd "$SRC" && eval "$line") >made 2>&1 || { cat made; fail "$line"; }
        else
            has <(echo "$line") '^scripts/install-packages build$'
        fi
        ;;
    1.RUN)
        packages=$(sed -E 's/.*--no-install-recommends ([^&]*) &&.*/\1/' <<<"${words[0]}")
        /usr/bin/python3 "$SRC/tests/tools/packages_root.py" "$root" $packages >said 2>&1 || skip "$(cat said)"
        ;;
    1.COPY)
        into=$root${words[-1]} from=$PWD
        [[ ${words[0]} != --from=memprof ]] || from=$PWD/first words=("${words[@]:1}")
        mkdir -p "$(dirname "${into}x")"
        ln -sfn "$TARGETS/ends" app
        for file in "${words[@]:0:${#words[@]}-1}"; do cp -L "$from/$file" "$into"; done
        ;;
    1.ENV) environment+=("${words[@]}") ;;
    1.VOLUME) mkdir -m 777 "$root${words[0]}" && profiles=$root${words[0]} ;;
    1.CMD) command=("${words[@]}") ;;
    esac
done <lines
mkdir -p "$root/proc" "$root/dev/shm"
cat >container <<'SH'
mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount -t tmpfs -o mode=1777,size=64m tmpfs "$1/dev/shm" || exit 77
mount --bind "$1/profiles" "$1/profiles"
[ "$2" != read-only ] || mount -o remount,bind,ro "$1"
root=$1 user=$3
shift 3
exec chroot --userspec="$user" "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin "$@"
SH
for how in "writable 0:0" "writable 10001:10001" "read-only 10001:10001"; do
    # shellcheck disable=SC2086 # two words
    status=$(status_of unshare --mount sh container "$root" $how "${environment[@]}" MEMPROF_INTERVAL=1 "${command[@]}" exit)
    [[ $status != 77 ]] || skip_rest "no mounts here"
    is "status ($how)" 3 "$status"
    is "messages ($how)" "" "$(cat err)"
    profile=$(one "$profiles"/app.*.pb.gz)
    valid "$profile"
    dump "$profile" | grep -q "^1000 1000000 1000 1000000 .* work@.* main@" || fail "no names ($how)"
    rm "$profile"
done
