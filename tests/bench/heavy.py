# SPDX-License-Identifier: Apache-2.0
"""Makes a program with 100 MB of debug info and tens of thousands of functions: one C++
object, linked in many times under other names.  tests/bench/heavy/part.cc is its
source, tests/bench/heavy/main.c its main program."""
import functools
import os
import subprocess

from runner import BUILD

FOLDER = f"{BUILD}/bench/heavy"
SOURCES = os.path.dirname(os.path.abspath(__file__))
FUNCTIONS = 256  # in each part
WANTED = 100e6


def debug_bytes(path):
    lines = subprocess.run(["readelf", "-SW", path], stdout=subprocess.PIPE, text=True, check=True).stdout
    total = 0
    for line in lines.splitlines():
        words = line.replace("[ ", "[").split()
        if len(words) > 5 and words[1].startswith(".debug_"):
            total += int(words[5], 16)
    return total


def link(parts):
    names = []
    for n in range(parts):
        name = f"{FOLDER}/part{n}.o"
        if not os.path.exists(name):
            subprocess.run(["objcopy", "--redefine-sym", f"part_walkers=part_walkers_{n}", f"{FOLDER}/part.o", name],
                           check=True)
        names.append(name)
    with open(f"{FOLDER}/parts.c", "w", encoding="utf-8") as file:
        file.write("struct walker;\n")
        for n in range(parts):
            file.write(f"extern const struct walker *const part_walkers_{n}[];\n")
        file.write(f"const int walkers_each = {FUNCTIONS}, walkers_parts = {parts};\n"
                   "const struct walker *const *const walkers[] = {"
                   + ", ".join(f"(const struct walker *const *)part_walkers_{n}" for n in range(parts)) + "};\n")
    subprocess.run(["gcc", "-D_GNU_SOURCE", "-g", "-O1", "-x", "c", f"{SOURCES}/heavy/main.c", f"{FOLDER}/parts.c",
                    "-x", "none", *names, "-lstdc++", "-lm", "-o", f"{FOLDER}/heavy.new"], check=True)


@functools.cache
def program():
    path = f"{FOLDER}/heavy"
    if os.path.exists(path):
        return path
    os.makedirs(FOLDER, exist_ok=True)
    subprocess.run(["g++", "-std=c++17", "-g", "-O1", "-x", "c++", "-c", f"{SOURCES}/heavy/part.cc", "-o",
                    f"{FOLDER}/part.o"], check=True)
    link(4)
    four = debug_bytes(f"{FOLDER}/heavy.new")
    link(8)
    each = (debug_bytes(f"{FOLDER}/heavy.new") - four) / 4
    link(int((WANTED - four) / each) + 5)
    for name in os.listdir(FOLDER):
        if name.endswith(".o"):
            os.unlink(f"{FOLDER}/{name}")
    os.rename(f"{FOLDER}/heavy.new", path)
    return path


def debug_megabytes():
    return debug_bytes(program()) / 1e6
