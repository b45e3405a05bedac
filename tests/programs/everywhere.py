#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""everywhere.py LIBRARY MEMPROF [PROGRAM...]: whole stacks and gdb's names, in some sixty real programs.

Runs each program of COMMANDS that is installed at interval 1, and prints which part of alloc_space stands
on stacks that end at a root, and how many of the sampled addresses have the function and the line that
gdb gives them.  A program below 99 %, or a name that differs where gdb has one, counts; LIMITS says which programs
may, and why.  Exit status: 0 nothing counts, 1 something does.
"""
import collections
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import pprof
import roots

SECONDS = 60
ADDRESSES = 60  # compared with gdb, of each program
INPUTS = r"""
seq 2000 | sed 's/.*/{"n":&,"a":[1,2,{"b":"c"}]}/' >rows.json
{ echo '<l>'; seq 2000 | sed 's,.*,<e id="&">v<f/></e>,'; echo '</l>'; } >rows.xml
seq 3000 | sort -R >numbers; seq 3000 >sorted
{ echo 'digraph g {'; seq 40 | sed 's/.*/a& -> b&;/'; echo '}'; } >graph.dot
printf '#include <string>\nint f(std::string s) { return (s + "a").size(); }\n' >small.cc
printf '#include <stdio.h>\nint main(void) { puts("x"); return 0; }\n' >small.c
printf 'public class Small { public static void main(String[] a) { System.out.println(String.join(",", a)); } }\n' >Small.java
printf 'package main\nfunc main() { println("x") }\n' >small.go
printf 'fn main() { println!("{}", (0..9).map(|n| n.to_string()).collect::<String>()); }\n' >small.rs
printf 'all: a b\na b:\n\techo $@\n' >Makefile
printf '.TH A 1\n.SH NAME\na \\- b\n' >a.1
printf 'P1\n2 2\n1 0 0 1\n' >small.pbm
printf 'CREATE TABLE t(a,b); INSERT INTO t VALUES(1,2); SELECT * FROM t;\n' >rows.sql
git init -q repo && cp numbers repo/ && git -C repo add . && git -C repo -c user.name=a -c user.email=b commit -qm a
tar cf small.tar numbers sorted; gcc -g -c small.c -o small.o
"""
COMMANDS = r"""
make -r
lsof -p 1
node -e 'console.log([...Array(99).keys()].map(String).join())'
git -C repo log --stat
git -C repo gc -q
gpg --version
openssl req -x509 -newkey rsa:1024 -nodes -keyout key -out cert -subj /CN=a
openssl speed -seconds 1 sha256
bash -c 'for ((n = 0; n < 500; n++)); do a[n]=x$n; done; echo ${a[*]}'
perl -e 'my %h; push @{$h{$_ % 97}}, "x" x ($_ % 50) for 1 .. 2000; print sort keys %h'
/usr/bin/python3 -c 'import json, re, ssl; print(json.dumps([{"a": [n] * 9} for n in range(300)]))'
sqlite3 :memory: '.read rows.sql'
jq -c .a rows.json
xmllint --format rows.xml
redis-server --version
gdb -batch -ex 'info functions main' small.o
gs -q -dNODISPLAY -dBATCH -c '1 1 500 { pop 100 string pop } for quit'
ffmpeg -v error -f lavfi -i testsrc=d=0.2 -f null -
lua5.4 -e 'local t = {} for n = 1, 2000 do t[n] = "x" .. n end print(#table.concat(t))'
vim -es -u NONE -c 'e numbers' -c '%s/1/x/g' -c 'q!'
tar tvf small.tar
sed -n '/1/p' numbers
awk '{ a[$1 % 99] += $1 } END { for (n in a) print n, a[n] }' numbers
curl -s file:///etc/passwd
wget --version
ssh -V
groff -man -Tutf8 a.1
dot -Tsvg graph.dot
convert small.pbm -resize 200% out.png
gcc -O2 -c small.c -o out.o
g++ -O1 -c small.cc -o out.o
clang -O2 -c small.c -o out.o
clang++ -O1 -c small.cc -o out.o
ld -r small.o -o out.o
ld.lld -r small.o -o out.o
as --version
objdump -d small.o
readelf -a small.o
nm small.o
strip small.o -o out.o
ar rc out.a small.o
javac Small.java
rustc small.rs -o out.rs
tclsh rows.sql
bc -q /dev/null
diff numbers sorted
file small.o rows.xml small.tar
find /usr/share/doc -maxdepth 2 -name 'copy*'
grep -E '1(2|3)+' numbers
xz -k -c numbers
zstd -q -c numbers
gzip -c numbers
eu-readelf -a small.o
strace -V
protoc --version
dpkg -l bash
apt-cache show bash
systemd-analyze --version
man --version
locale -a
iconv -f utf8 -t latin1 numbers
xgettext -o - small.c
cmake --version
ctags -f - small.c
psql --version
llvm-objdump -d small.o
clang-format-19 small.cc
llc --version
sort numbers
ps aux
ip addr
ss -a
lsblk
column numbers
date
"""
# program: the share that is reached, and why no more can be
LIMITS = {}


def run(command, directory, library, out):
    environment = dict(os.environ, LD_PRELOAD=library, MEMPROF_INTERVAL="1", MEMPROF_OUT=out + "/%e.%p.pb.gz",
                       MEMPROF_DIR=out, HOME=directory, LC_ALL="C.UTF-8", MEMPROF_STATE_MAX="1G")
    try:
        subprocess.run("exec " + command, shell=True, executable="/bin/bash", env=environment, cwd=directory,
                       timeout=SECONDS, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        pass


def shares(profiles):
    """(bytes on whole stacks, bytes, where most of the others end)."""
    whole = total = 0
    cut = collections.Counter()
    for profile in profiles:
        known = {}
        for sample in profile.samples:
            last = sample["locations"][-1]
            if last not in known:
                known[last] = roots.is_root(profile, profile.location_by_id[last])
            total += sample["values"][1]
            whole += sample["values"][1] * known[last]
            if not known[last]:
                cut[list(profile.frames(sample))[-1][0]] += sample["values"][1]
    return whole, total, cut


def sampled(profiles):
    """{file: {address in it: (function, file, line), innermost and outermost}} of some locations."""
    wanted = collections.defaultdict(dict)
    for profile in profiles:
        locations = [location for location in profile.location_by_id.values() if location["mapping"]]
        for location in locations[::max(1, len(locations) // ADDRESSES)]:
            mapping = profile.mapping_by_id[location["mapping"]]
            path = profile.strings[mapping["file"]]
            if not path.startswith("/") or not os.path.isfile(path):
                continue
            offset = location["address"] - mapping["start"] + mapping["offset"]
            for start, vaddr, size in roots.segments(path)[0]:
                if start <= offset < start + size:
                    wanted[path][offset - start + vaddr] = named(profile, location)
    return wanted


def named(profile, location):
    lines = []
    for line in location["lines"]:
        function = profile.function_by_id[line["function"]]
        lines.append((profile.strings[function["system"]], profile.strings[function["name"]], line["line"]))
    return lines


def gdb(path, addresses):
    """{address: (symbol, line)} as gdb says; None where it knows none."""
    command = ["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-iex", "set print asm-demangle off",
               "-iex", "set demangle-style none"]
    for address in addresses:
        command += ["-ex", f"echo @{address:#x}\\n", "-ex", f"info symbol {address:#x}", "-ex", f"info line *{address:#x}"]
    text = subprocess.run(command + [path], capture_output=True, text=True, errors="replace").stdout
    answers = {}
    for part in text.split("\n@" if text.startswith("\n") else "@")[1:]:
        symbol = re.search(r"^(\S.*?)(?: \+ (\d+))? in section", part, re.M)
        line = re.search(r"^Line (\d+) of ", part, re.M)
        try:
            address = int(part.split("\n", 1)[0], 16)
        except ValueError:
            continue
        answers[address] = (symbol and symbol.group(1), symbol and int(symbol.group(2) or 0), line and int(line.group(1)))
    return answers


def symbols(path):
    """{address: names} of the file and of its dynamic table."""
    names = collections.defaultdict(set)
    for option in [], ["-D"]:
        for line in subprocess.run(["nm"] + option + [path], capture_output=True, text=True).stdout.splitlines():
            words = line.split(" ", 2)
            if len(words) == 3 and words[0]:
                names[int(words[0], 16)].add(words[2].split("@")[0])
    return names


def plain(name):
    """Without a version, what the compiler adds to parts and copies of a function, and libc to hidden aliases."""
    return re.sub(r"^__GI_|(\.(cold|part|constprop|isra|localalias|lto_priv|\d+))+$", "", name.split("@")[0])


def own_line(path, address, lines):
    """The line of the frame itself: functions that tail calls took out stand before its own, which are as many
    as eu-addr2line has for the address."""
    text = subprocess.run(["eu-addr2line", "-i", "-e", path, hex(address)], capture_output=True, text=True).stdout
    own = len(text.splitlines())
    return lines[-own][2] if own < len(lines) else None


def row_of(path, address):
    """The line of an address as eu-addr2line has it: gdb passes over rows that begin no statement."""
    text = subprocess.run(["eu-addr2line", "-e", path, hex(address)], capture_output=True, text=True).stdout
    found = re.match(r".*?:(\d+)", text)
    return found and int(found.group(1))


def differing(path, ours):
    """(compared, what differs) of the addresses in one file."""
    compared, found = 0, []
    answers = gdb(path, sorted(ours))
    names = symbols(path)
    for address, lines in ours.items():
        symbol, offset, line = answers.get(address, (None, None, None))
        nameless = re.fullmatch(r".*\+0x[0-9a-f]+", lines[-1][1])
        if line is not None and lines[0][2] not in (line, row_of(path, address)) and own_line(path, address, lines) != line:
            found.append(f"{path} {address:#x}: line {lines[0][2]} ~ {line}")
        if symbol and not nameless:
            compared += 1
            other = {plain(name) for name in names.get(address - offset, set()) | {symbol}}
            if plain(lines[-1][0]) not in other and lines[-1][1] not in other:
                found.append(f"{path} {address:#x}: {lines[-1][0]} ~ {symbol}")
        elif line is not None:
            compared += 1
    return compared, found


def main():
    library, memprof = map(os.path.abspath, sys.argv[1:3])
    top = tempfile.mkdtemp()
    bad = programs = 0
    try:
        subprocess.run(["bash", "-c", INPUTS], cwd=top, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in COMMANDS.strip().splitlines():
            program = os.path.basename(command.split()[0])
            if not shutil.which(command.split()[0]) or (sys.argv[3:] and program not in sys.argv[3:]):
                continue
            out = tempfile.mkdtemp(dir=top)
            run(command, top, library, out)
            subprocess.run([memprof, "collect", "--all"], env=dict(os.environ, MEMPROF_DIR=out, MEMPROF_OUT=out + "/%e.%p.pb.gz"),
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            profiles = [pprof.Profile(path) for path in sorted(glob.glob(out + "/*.pb.gz"))]
            shutil.rmtree(out)
            whole, total, cut = shares(profiles)
            if not total:
                print(f"{program}: nothing was recorded", flush=True)
                continue
            programs += 1
            compared, found = 0, []
            for path, ours in sampled(profiles).items():
                count, differs = differing(path, ours)
                compared += count
                found += differs
            share = 100 * whole / total
            short = share < LIMITS.get(program, (99,))[0]
            bad += short or bool(found)
            print(f"{share:7.3f} % of {total:11d} bytes end at a root, {len(found)} of {compared} names differ: {command[:60]}", flush=True)
            for name, size in cut.most_common(3) if short else []:
                print(f"        {size} bytes end in {name}")
            for line in found[:5]:
                print(f"        {line}")
    finally:
        shutil.rmtree(top, ignore_errors=True)
    print(f"{programs} programs, {bad} that fall short")
    return 1 if bad or not programs else 0


sys.exit(main())
