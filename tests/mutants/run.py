#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""run.py [--applies | --short | --quick] [ID...]: makes mistakes in a copy of the tree, one at a
time, and runs the tests that are to notice each.  tests/README.md says what a table looks like.

  --applies   only says which mistakes cannot be made any more
  --quick     in a copy of the tree and of what is built, without running the tests before
  --short     the same with those that are marked `short`

Exit 0: every mistake could be made and was noticed, and without it these tests pass."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

SRC = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
MAKE = os.environ.get("MAKE") or "make"


class Broken(Exception):
    pass


class Mutation:
    def __init__(self, head, where):
        match = re.fullmatch(r"(\S+) (\S+?): (.+)", head)
        if not match:
            raise Broken(f"{where}: not `ID FILE: MISTAKE`: {head}")
        self.id, self.file, self.what = match.groups()
        self.where, self.tests, self.hunks, self.short = where, [], [], False

    def add(self, line):
        """A line of the body: `test NAME`, `short`, `@ [FILE]`, or a line of a hunk."""
        mark, _, rest = line.partition(" ")
        if mark == "test":
            self.tests.append(rest.strip())
        elif mark == "short":
            self.short = True
        elif mark == "@" or not self.hunks:
            self.hunks.append((rest.strip() if mark == "@" and rest else self.file, []))
            if mark != "@":
                self.add(line)
        elif mark in "-+=":
            self.hunks[-1][1].append((mark, rest.strip()))
        else:
            raise Broken(f"{self.where}: {self.id}: unknown line: {line}")

    def apply(self, tree):
        """Makes the mistake in `tree`; what the files were, by name."""
        before = {}
        for name, hunk in self.hunks:
            path = os.path.join(tree, name)
            if not os.path.exists(path):
                raise Broken(f"there is no {name}")
            with open(path, encoding="utf-8") as file:
                text = file.read()
            before.setdefault(path, text)
            text = replaced(text, hunk, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return before


def replaced(text, hunk, name):
    """The lines marked - and = must stand somewhere together, once, whatever their
    indentation; those marked + and = take their place."""
    lines = text.split("\n")
    bare = [line.strip() for line in lines]
    old = [line for mark, line in hunk if mark in "-="]
    new = [line for mark, line in hunk if mark in "+="]
    found = [n for n in range(len(bare) - len(old) + 1) if bare[n : n + len(old)] == old]
    if len(found) != 1 or not old:
        raise Broken(f"{len(found)} places in {name} read: {' / '.join(old)}")
    return "\n".join(lines[: found[0]] + new + lines[found[0] + len(old) :])


def read_tables():
    mutations = []
    for path in sorted(glob.glob(os.path.join(SRC, "tests/mutants/*.mutants"))):
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            line, where = line.rstrip("\n"), f"{os.path.basename(path)}:{number}"
            if not line or line.startswith("#"):
                continue
            if line.startswith("  "):
                mutations[-1].add(line[2:])
            else:
                mutations.append(Mutation(line, where))
    ids = [m.id for m in mutations]
    twice = {i for i in ids if ids.count(i) > 1}
    if twice:
        raise Broken(f"twice in the tables: {' '.join(sorted(twice))}")
    for m in mutations:
        if not m.tests or not m.hunks:
            raise Broken(f"{m.where}: {m.id} has no test, or changes nothing")
    return mutations


def copy_tree(to, with_build):
    shutil.copytree(SRC, to, symlinks=True, ignore=lambda directory, names: [
        n for n in names if n in (".git", "__pycache__") or directory == SRC and n.startswith("build")])
    if with_build:  # with its times: nothing of it is built anew
        subprocess.run(["cp", "-a", os.environ.get("B") or SRC + "/build", to + "/build"], check=True)


def build(tree, tests):
    goals = ["all"]
    for test in tests:
        if test.startswith(("unit/", "shim/")):
            goals.append("build/tests/" + test)
        elif test.startswith("statistics/"):
            goals += ["build/tests/statistics/ask", "build/tests/statistics/trials", "build/tests/statistics/intervals"]
        elif test.startswith("interleavings/"):
            goals += ["build/tests/interleavings/cases", "build/tests/interleavings/weak_cases"]
        elif test.startswith("races/"):
            goals.append("build/tests/races/stress")
        elif test.startswith("stacks/who-owns"):
            goals.append("truth")
    run = subprocess.run([MAKE, "-s", "-j2", *goals], cwd=tree, capture_output=True, text=True, env=environment())
    return None if run.returncode == 0 else run.stderr


def environment():
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("MEMPROF") and name not in ("B", "SRC", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "FULL")}
    return dict(kept, GUARD="120", JOBS="1")


def run_test(tree, test):
    """passed, failed or skipped; and what it printed."""
    run = subprocess.run(["bash", "tests/run", test], cwd=tree, capture_output=True, text=True, errors="replace",
                         env=environment())
    for line in run.stdout.splitlines():
        verdict, _, rest = line.partition(" ")
        if verdict in ("passed", "failed", "skipped") and rest.split()[0] == test:
            return verdict, run.stdout
    return "failed", f"no test is called {test}\n"


def passes_unchanged(tree, mutations):
    """The tests that pass without any mistake; the others are named."""
    good = set()
    for test in sorted({test for m in mutations for test in m.tests}):
        verdict, text = run_test(tree, test)
        if verdict == "passed":
            good.add(test)
        else:
            print(f"{test} {verdict} without any mistake\n{text}", flush=True)
    return good


def try_one(tree, mutation, good):
    """What became of a mistake, and what to say about it."""
    tests = [test for test in mutation.tests if test in good]
    if not tests:
        return "untested", "none of its tests passes without it"
    try:
        before = mutation.apply(tree)
    except Broken as error:
        return "no longer applies", str(error)
    try:
        wrong = build(tree, tests)
        if wrong:
            return "does not build", wrong
        for test in tests:
            if run_test(tree, test)[0] == "failed":
                return "killed", test
        return "survived", " ".join(tests)
    finally:
        for path, text in before.items():
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)


def only_apply(mutations):
    with tempfile.TemporaryDirectory() as work:
        tree, bad = work + "/tree", 0
        copy_tree(tree, False)
        for mutation in mutations:
            try:
                for path, text in mutation.apply(tree).items():
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(text)
            except Broken as error:
                print(f"{mutation.where}: {mutation.id} no longer applies: {error}")
                bad += 1
        for test in sorted({test for m in mutations for test in m.tests}):
            if not os.path.exists(f"{tree}/tests/{test}.sh") and not os.path.exists(f"{tree}/tests/{test}.c"):
                print(f"there is no test {test}")
                bad += 1
        return bad


def try_all(mutations, quick):
    count = {}
    with tempfile.TemporaryDirectory(prefix="memprof-mutants.") as work:
        tree = work + "/tree"
        os.chmod(work, 0o755)  # some tests run programs of the build as other users
        copy_tree(tree, quick)
        if not quick:
            subprocess.run([MAKE, "-s", "-j2", "all", "test-programs"], cwd=tree, check=True, env=environment())
        good = {test for m in mutations for test in m.tests} if quick else passes_unchanged(tree, mutations)
        for mutation in mutations:
            what, why = try_one(tree, mutation, good)
            count[what] = count.get(what, 0) + 1
            print(f"{what:9} {mutation.id:5} {mutation.file}: {mutation.what} ({why})", flush=True)
    killed = count.get("killed", 0)
    others = ", ".join(f"{n} {what}" for what, n in sorted(count.items()) if what != "killed")
    print(f"score: {killed} of {len(mutations)} mistakes were noticed" + (f"; {others}" if others else ""))
    return len(mutations) - killed


def main(arguments):
    mutations = read_tables()
    ids = [a for a in arguments if not a.startswith("--")]
    if ids:
        mutations = [m for m in mutations if m.id in ids]
    if "--applies" in arguments:
        return only_apply(mutations)
    if "--short" in arguments:
        mutations = [m for m in mutations if m.short]
    return try_all(mutations, "--short" in arguments or "--quick" in arguments)


if __name__ == "__main__":
    try:
        sys.exit(1 if main(sys.argv[1:]) else 0)
    except Broken as error:
        sys.exit(f"mutants: {error}")
