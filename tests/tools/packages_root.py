# SPDX-License-Identifier: Apache-2.0
"""packages_root.py ROOT PACKAGE...: a root with the programs and libraries of these packages, of what they depend on,
and of a shell, as this machine has them installed: what an image has where only they were asked for."""
import os
import re
import shutil
import subprocess
import sys

BASE = ["libc6", "dash", "coreutils"]
KEPT = re.compile(r"(/usr)?/(bin|lib|lib64)/")
LEFT_OUT = re.compile(r"/(python3|gconv|locale)/")


def query(form, *names):
    return subprocess.run(["dpkg-query", "-W", "-f", form, *names], check=True, capture_output=True, text=True).stdout


def names_of(field):
    """One list of alternatives a dependency."""
    return [[re.sub(r"[ (:].*", "", name.strip()) for name in one.split("|")] for one in field.split(",") if one.strip()]


root, wanted = sys.argv[1], sys.argv[2:]
needs, providers = {}, {}
for row in query("${db:Status-Abbrev}\t${Package}\t${Provides}\t${Depends},${Pre-Depends}\n").splitlines():
    status, package, provides, depends = row.split("\t")
    if status.strip() != "ii":
        continue
    needs[package] = names_of(depends)
    for [name] in [[package]] + names_of(provides):
        providers.setdefault(name, package)

packages, left = set(), [[name] for name in BASE + wanted]
while left:
    alternatives = left.pop()
    found = next((providers[name] for name in alternatives if name in providers), None)
    if not found:
        sys.exit(f"packages_root: {' | '.join(alternatives)} is not installed here")
    if found not in packages:
        packages.add(found)
        left += needs[found]

for name in ("bin", "lib", "lib64"):
    os.makedirs(f"{root}/usr/{name}")
    os.symlink(f"usr/{name}", f"{root}/{name}")
for package in packages:
    for path in subprocess.run(["dpkg-query", "-L", package], capture_output=True, text=True).stdout.splitlines():
        if not KEPT.match(path) or LEFT_OUT.search(path) or not (os.path.isfile(path) or os.path.islink(path)):
            continue
        os.makedirs(root + os.path.dirname(path), exist_ok=True)
        if not os.path.lexists(root + path):
            shutil.copy2(path, root + path, follow_symlinks=False)
