# SPDX-License-Identifier: Apache-2.0
# One line that says what, on what and what to try; status 2; nothing left behind.
. "$SRC/tests/lib.sh"
# What is refused is not started: it would say so.
printf '#include <stdio.h>\nint main(void) { return fclose(fopen("started", "w")); }\n' >main.c
gcc -static main.c -o static
gcc -static-pie main.c -o static-pie
cp "$TARGETS/nothing" setuid
if [[ $(id -u) == 0 ]]; then chown nobody setuid && chmod 4755 setuid; fi
printf '\177ELF\001\001\001' >elf32 && head -c 200 /dev/zero >>elf32 && chmod +x elf32
cp "$TARGETS/nothing" arm64 && printf '\267\000' | dd of=arm64 bs=1 seek=18 conv=notrunc status=none
echo 'not a program' >text
echo '\177ELF' >noise && chmod +x noise
printf '#!%s/static\n' "$PWD" >script && chmod +x script
printf '#!/nonexistent/shell\n' >orphan && chmod +x orphan
refused 2 'program' "$MEMPROF" run
refused 2 'no-such-program' "$MEMPROF" run no-such-program
refused 2 'missing/program' "$MEMPROF" run ./missing/program
refused 2 'text.*not executable' "$MEMPROF" run ./text
refused 2 "$TMPDIR|directory" "$MEMPROF" run "$TMPDIR"
refused 2 'static' "$MEMPROF" run ./static
refused 2 'static' "$MEMPROF" run ./static-pie
refused 2 '32' "$MEMPROF" run ./elf32
refused 2 'arm64|aarch64|architecture' "$MEMPROF" run ./arm64
refused 2 'noise' "$MEMPROF" run ./noise
refused 2 'static' "$MEMPROF" run ./script
refused 2 '/nonexistent/shell' "$MEMPROF" run ./orphan
[[ ! -u setuid ]] || refused 2 'set.?u(ser-)?id|setuid' "$MEMPROF" run ./setuid
[[ -z $(profiles) && -z $(ls "$MEMPROF_DIR") ]] || fail "left" $(profiles) $(ls "$MEMPROF_DIR")
[[ ! -e started ]] || fail "what is refused was started"
