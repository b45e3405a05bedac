#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compare.py ASK DIFFERENCES FILE...: our names against those of other symbolizers, address by address.

Takes the last byte of calls in each FILE, up to ADDRESSES of them (the environment's; 3000), which is
what a profile has of a frame, and compares what ASK says of each with llvm-symbolizer and eu-addr2line:
symbols, files and lines of all frames.  A difference counts unless a line of DIFFERENCES explains it;
those that it explains are added up.  Exit status: 0 nothing is unexplained, 1 something is.

A line of DIFFERENCES has, between " | ", an identifier, who differs from us (llvm: that one alone; eu; both), what differs
(name, alias for two symbols of one address, file, line or chain), a regular expression that matches the whole of "program: ours ~ theirs", and why.
A chain is written "symbol@line < symbol@line", the innermost first.
"""
import collections
import json
import os
import re
import shutil
import subprocess
import sys

os.environ["MEMPROF_CACHE"] = "off"
ADDRESSES = int(os.environ.get("ADDRESSES", "3000"))
SHOWN = int(os.environ.get("SHOWN", "5"))  # of each kind of difference and program


def find(*names):
    for name in names:
        if shutil.which(name):
            return name
    return None


LLVM = find("llvm-symbolizer", "llvm-symbolizer-19", "llvm-symbolizer-16", "llvm-symbolizer-15", "llvm-symbolizer-14")
ELFUTILS = find("eu-addr2line")


def run(command, text=None):
    # eu-addr2line fails where it does not know one of the addresses.
    return subprocess.run(command, input=text, capture_output=True, text=True, errors="replace").stdout


def calls(path):
    """Addresses of the last byte of calls in .text, evenly chosen."""
    found, in_call = [], False
    listing = subprocess.Popen(["objdump", "-d", "-j", ".text", "--no-show-raw-insn", path], stdout=subprocess.PIPE,
                               text=True, errors="replace")
    for line in listing.stdout:
        parts = line.split("\t")
        if len(parts) < 2 or not parts[0].endswith(":"):
            continue
        if in_call:
            found.append(int(parts[0].strip()[:-1], 16) - 1)
        in_call = parts[1].split()[:1] in (["call"], ["bnd"], ["notrack"]) and "call" in parts[1]
    listing.wait()
    step = max(1, -(-len(found) // ADDRESSES))
    return found[::step]


def ours(ask, path, addresses):
    answers = {}
    for block in run([ask, path], "".join("%#x\n" % a for a in addresses)).split("\n\n"):
        lines = block.strip("\n").split("\n")
        if not lines[0]:
            continue
        frames = []
        for line in lines[1:]:
            symbol, name, file, number = line.split("\t")
            frames.append((symbol, file, int(number)))
        answers[int(lines[0], 16)] = frames
    return answers


def llvm(path, addresses):
    text = run([LLVM, "--obj=" + path, "--output-style=JSON", "--no-demangle"], "".join("%#x\n" % a for a in addresses))
    answers = {}
    for line in text.splitlines():
        for answer in json.loads("[" + line + "]") if line.startswith("{") else json.loads(line):
            frames = answer.get("Symbol", [])
            answers[int(answer["Address"], 16)] = [(f["FunctionName"], f["FileName"], f["Line"]) for f in frames]
    return answers


def elfutils(path, addresses):
    text = run([ELFUTILS, "-a", "-f", "-i", "--pretty-print", "-e", path], "".join("%#x\n" % a for a in addresses))
    answers, at = {}, None
    for line in text.splitlines():
        found = re.match(r"(0x[0-9a-f]+): (.*)", line)
        if found:
            at, line = int(found.group(1), 16), found.group(2)
            answers[at] = []
        line = re.sub(r"^ *\(inlined by\) ", "", line)
        # Names of D and Rust may have spaces; a file begins with / or is ??.
        found = re.match(r"(.*) at (.*?):(\d+)(?::\d+)?$", line) or re.match(r"(.*?) ()(\?\?):0$", line)
        if found and at is not None:
            name, file, number = found.groups()
            answers[at].append((name, file, int(number) if number.isdigit() else 0))
    return answers


def plain_file(file):
    """A file as it is compared: without a relative part in the middle."""
    return "" if file in ("", "??") else os.path.normpath(file)


def plain_name(name):
    name = name.split("@")[0]
    return "" if name in ("??", "<invalid>") else name


def chain(frames):
    return " < ".join(f"{name or '??'}@{line}" for name, _, line in frames) or "nothing"


def symbols(path):
    """Where each symbol stands, also without what a compiler adds to it."""
    places = collections.defaultdict(set)
    for line in run(["nm", path]).splitlines():
        words = line.split(" ", 2)
        if len(words) == 3 and words[0]:
            for name in (words[2], re.sub(r"\.(llvm\.)?\d+$", "", words[2])):
                places[name.split("@")[0]].add(words[0])
    return places


def differences(mine, other, places):
    """(kind, ours, theirs) of one address."""
    mine = [(plain_name(n), plain_file(f), l) for n, f, l in mine]
    other = [(plain_name(n), plain_file(f), l) for n, f, l in other]
    if len(mine) != len(other):
        return [("chain", chain(mine), chain(other))]
    found = []
    for a, b in zip(mine, other):
        for index, kind in enumerate(("name", "file", "line")):
            if a[index] != b[index]:
                place = f" in {a[0]} {os.path.basename(a[1])}:{a[2]}" if kind != "name" else ""
                if kind == "name" and places[a[0]] & places[b[0]]:
                    kind = "alias"
                found.append((kind, f"{a[index]}{place}", str(b[index])))
    return found


class Known:
    def __init__(self, path):
        self.rows = []
        for line in open(path):
            if line.strip() and not line.startswith("#"):
                identifier, who, kind, pattern, why = line.rstrip("\n").split(" | ", 4)
                self.rows.append((identifier, who, kind, re.compile(pattern, re.S), why))
        self.counts = collections.Counter()

    def explains(self, who, kind, program, mine, other):
        for row, (_, about, of_kind, pattern, _) in enumerate(self.rows):
            if about == who and of_kind == kind and pattern.fullmatch(f"{program}: {mine} ~ {other}"):
                self.counts[row] += 1
                return True
        return False


def compare(ask, known, path, total):
    program = os.path.basename(path)
    addresses, places = calls(path), symbols(path)
    mine = ours(ask, path, addresses)
    peers = {"llvm": llvm(path, addresses), "eu": elfutils(path, addresses)}
    unexplained, shown = 0, collections.Counter()
    for address in addresses:
        found = collections.defaultdict(dict)  # by kind, by who
        for who, answers in peers.items():
            total[who] += 1
            for kind, a, b in differences(mine.get(address, []), answers.get(address, []), places):
                found[kind].setdefault(who, []).append((a, b))
        for kind, by_who in found.items():
            about = "both" if len(by_who) == 2 else list(by_who)[0]
            for who, pairs in by_who.items():
                for a, b in pairs:
                    if known.explains(about, kind, program, a, b):
                        continue
                    unexplained += 1
                    shown[about, kind] += 1
                    if shown[about, kind] <= SHOWN:
                        print(f"{program}: {address:#x} {about} {kind}: {a} ~ {b}")
    print(f"{program}: {len(addresses)} addresses, {unexplained} unexplained differences"
          + "".join(f", {n} {who} {kind}" for (who, kind), n in shown.items()), flush=True)
    return unexplained


def main():
    ask, known = sys.argv[1], Known(sys.argv[2])
    total = collections.Counter()
    unexplained = sum(compare(ask, known, path, total) for path in sys.argv[3:])
    for row, (identifier, who, kind, _, why) in enumerate(known.rows):
        if known.counts[row]:
            print(f"{known.counts[row]:7} {identifier} ({who}, {kind}): {why}")
    print(", ".join(f"{n} addresses compared with {who}" for who, n in total.items()) + f", {unexplained} unexplained")
    return 1 if unexplained or not total else 0


sys.exit(main())
