#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""walk.py LIBRARY MEMPROF DIFFERENCES [FILE...]: our unwinder against libunwind, in other programs.

Runs each FILE, or every executable below /usr/bin and /usr/lib, with --version and with --help in
the differential mode, and prints a line for each whose stacks differ.  libunwind does not say whether
it finished: a stack that we cut differs unless libunwind ends at the same frame, and not at the entry
point.  What has a line in DIFFERENCES is printed and does not count.  As root
the programs run as nobody, without a network, in namespaces that end with them.
Exit status: 0 none differs, 1 some do.
"""
import concurrent.futures
import glob
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

SECONDS = 60  # for a program that waits for something; it is walked as far as it came


def is_executable(path):
    """An ELF file for 64 bits that asks for a loader."""
    try:
        with open(path, "rb") as file:
            head = file.read(64)
            if head[:5] != b"\x7fELF\x02" or len(head) < 64:
                return False
            offset, = struct.unpack_from("<Q", head, 32)
            size, count = struct.unpack_from("<HH", head, 54)
            file.seek(offset)
            table = file.read(size * count)
    except OSError:
        return False
    return any(struct.unpack_from("<I", table, at)[0] == 3 for at in range(0, len(table), size))


def entry_of(path):
    try:
        with open(path, "rb") as file:
            return struct.unpack_from("<Q", file.read(64), 24)[0]
    except (OSError, struct.error):
        return 0


def everything():
    for top in ("/usr/bin", "/usr/lib"):
        for directory, _, names in sorted(os.walk(top)):
            for name in sorted(names):
                path = os.path.join(directory, name)
                if os.access(path, os.X_OK) and not os.path.islink(path) and is_executable(path):
                    yield path


def confined():
    """What goes before a command."""
    if os.geteuid() != 0:
        return []
    ids = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    # A change of ids forgets that one is to be killed with one's parent: the shell, pid 1, keeps them.
    alone = ["unshare", "-mnpf", "--kill-child", "sh", "-c", '"$@"; exit $?', "sh"]
    return alone + ids if subprocess.run(alone + ["true"], stderr=subprocess.DEVNULL).returncode == 0 else ids


def state_directory(top):
    directory = tempfile.mkdtemp(dir=top)
    if os.geteuid() == 0:
        os.chown(directory, 65534, 65534)
    return directory


class Walker:
    def __init__(self, library, memprof, differences):
        self.memprof = memprof
        self.top = tempfile.mkdtemp(dir="/tmp")  # where nobody gets to, whatever TMPDIR says
        os.chmod(self.top, 0o755)
        self.library = shutil.copy(library, self.top)
        os.chmod(self.library, 0o755)
        self.before = confined()
        self.known = {}
        for line in open(differences):
            words = line.split()
            if words and words[0] != "#":
                self.known[words[0]] = int(words[1])

    def run(self, command, directory):
        environment = {"PATH": os.environ["PATH"], "HOME": directory, "TMPDIR": directory, "LC_ALL": "C.UTF-8",
                       "MEMPROF_DIR": directory, "MEMPROF_INTERVAL": "1", "MEMPROF_UNWIND": "diff",
                       "MEMPROF_COLLECTOR": "none", "MEMPROF_STATE_MAX": "1G"}
        if "MEMPROF_TEST" in os.environ:
            environment["MEMPROF_TEST"] = os.environ["MEMPROF_TEST"]
        preload = ["env", "LD_PRELOAD=" + self.library]
        try:
            subprocess.run(self.before + preload + command, env=environment, cwd=directory, timeout=SECONDS,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            pass

    def look(self, state):
        """(program, stacks, how many differ, how many both leave at one frame, the first difference)"""
        text = subprocess.run([self.memprof, "inspect", state], capture_output=True, text=True, errors="replace").stdout
        found = re.search(r"stacks that differ +(\d+) of (\d+)", text)
        different, stacks = map(int, found.groups()) if found else (0, 0)
        detail, both_end = "", 0
        if different:
            text = subprocess.run([self.memprof, "inspect", "--stacks", state], capture_output=True, text=True,
                                  errors="replace").stdout
            program = re.search(r" executable (/.*)", text)
            entry = entry_of(program.group(1)) if program else 0
            for pair in re.split(r"^difference \d+\n", text, flags=re.M)[1:]:
                recorded, compared = ([line.strip() for line in side.splitlines() if line.startswith("      ")]
                                      for side in pair.split("    compared\n"))
                last = re.search(r" module 1 \+ 0x([0-9a-f]+)", compared[-1]) if compared else None
                if recorded == compared + ["[truncated]"] and not (last and 0 <= int(last.group(1), 16) - entry < 64):
                    both_end += 1
                else:
                    detail = detail or pair
        return os.path.basename(state).split(".")[0], stacks, different - both_end, both_end, detail

    def walk(self, path):
        """What look() says of each process that was recorded."""
        results = []
        for option in "--version", "--help":
            directory = state_directory(self.top)
            self.run([path, option], directory)
            results += [self.look(state) for state in glob.glob(directory + "/*.state")]
            shutil.rmtree(directory, ignore_errors=True)
        return results


def main():
    walker = Walker(*sys.argv[1:4])
    files = sys.argv[4:] or list(everything())
    programs = stacks = left = unexplained = 0
    unrecorded = []
    try:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for path, results in zip(files, pool.map(walker.walk, files)):
                walked = sum(result[1] for result in results)
                programs += walked > 0
                stacks += walked
                if not walked:
                    unrecorded.append(path)
                left += sum(result[3] for result in results)
                for name, count, different, _, detail in results:
                    if different:
                        explained = different <= walker.known.get(name, 0)
                        unexplained += not explained
                        print(f"{path}: {name}: {different} of {count} stacks differ{' (explained)' if explained else ''}")
                        print("" if explained else detail[:4000], flush=True)
    finally:
        shutil.rmtree(walker.top, ignore_errors=True)
    for path in unrecorded:
        print(f"{path}: nothing was recorded")
    print(f"{programs} of {len(files)} programs walked, {stacks} stacks, {left} that both leave at the same frame, "
          f"{unexplained} programs with unexplained differences")
    return 1 if unexplained or not programs else 0


sys.exit(main())
