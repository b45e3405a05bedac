# SPDX-License-Identifier: Apache-2.0
"""What is run: each workload has a size at which it takes some tenths of a second, a
smaller one for peers, one for counting instructions and, where it is given, one for
peers that take a hundred times as long."""
import json
import os
import subprocess
import time
from dataclasses import dataclass

from runner import BUILD, PLACE, PROGRAMS, Failed, clean, finish, run, start


@dataclass(frozen=True)
class Workload:
    name: str
    sizes: tuple  # full, for peers, for callgrind, for slow peers

    def command(self, size):
        raise NotImplementedError

    def input(self, size):  # pylint: disable=unused-argument
        return None

    def environment(self):
        return {}

    def cost(self, variant, size=0, look=lambda: None):
        """CPU seconds, user and system, of all processes; what they leave is removed when
        `look` has been called."""
        command = [*variant.before, *self.command(self.sizes[size])]
        result = run(command, {**self.environment(), **variant.environment}, self.input(self.sizes[size]))
        look()
        clean()
        return result.cpu_s


@dataclass(frozen=True)
class Program(Workload):
    """One of ours; {} is the size."""
    arguments: str = ""

    def command(self, size):
        program, *rest = self.arguments.format(size).split()
        return [f"{PROGRAMS}/{program}", *rest]


class Sqlite(Workload):
    def command(self, size):
        return ["sqlite3", ":memory:"]

    def input(self, size):
        name = f"{PLACE}/sqlite.{size}.sql"
        if not os.path.exists(name):
            with open(name, "w", encoding="utf-8") as file:
                file.write("CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, price REAL, shop INTEGER);\n"
                           "CREATE INDEX by_name ON item(name);\nBEGIN;\n")
                for n in range(size):
                    file.write(f"INSERT INTO item VALUES({n}, 'item {n * 7919 % 100003}', {n % 500}.5, {n % 50});\n")
                    if n % 10 == 9:
                        file.write(f"SELECT name, price FROM item WHERE name = 'item {n * 31 % 100003}';\n")
                file.write("COMMIT;\nSELECT shop, count(*), sum(price), max(name) FROM item GROUP BY shop;\n"
                           "SELECT name || ' of ' || shop FROM item ORDER BY price DESC, name LIMIT 1000;\n")
        return name


class Python(Workload):
    SOURCE = """
import json
class Node:
    def __init__(self, n): self.n, self.children, self.text = n, [], "node %d " % n
def tree(count):
    nodes = [Node(n) for n in range(count)]
    for node in nodes[1:]: nodes[node.n // 3].children.append(node)
    return nodes[0]
def plain(node): return {"n": node.n, "t": node.text, "c": [plain(c) for c in node.children]}
for round in range(COUNT): json.loads(json.dumps(plain(tree(3000))))
"""

    def command(self, size):
        return ["/usr/bin/python3", "-S", "-c", self.SOURCE.replace("COUNT", str(size))]

    def environment(self):
        return {"PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "0"}


class Compiler(Workload):
    """cc1plus itself, on a preprocessed file."""
    SOURCE = "#include <functional>\n#include <map>\n#include <string>\nstd::map<std::string, std::string> all;\n"

    def command(self, size):
        name = f"{PLACE}/compiled.ii"
        if not os.path.exists(name):
            with open(f"{PLACE}/compiled.cc", "w", encoding="utf-8") as file:
                file.write(self.SOURCE)
            subprocess.run(["g++", "-E", f"{PLACE}/compiled.cc", "-o", name], check=True)
        compiler = subprocess.run(["g++", "-print-prog-name=cc1plus"], stdout=subprocess.PIPE, text=True,
                                  check=True).stdout.strip()
        return [compiler, "-quiet", "-fpreprocessed", "-O0", name, "-o", "/dev/null"]


class Xmllint(Workload):
    def command(self, size):
        name = f"{PLACE}/items.{size}.xml"
        if not os.path.exists(name):
            with open(name, "w", encoding="utf-8") as file:
                items = (f'<item id="{n}"><name>n{n}</name><v a="1">text {n}</v></item>' for n in range(size))
                file.write(f"<r>{''.join(items)}</r>")
        return ["xmllint", "--format", name]


class Jq(Workload):
    def command(self, size):
        name = f"{PLACE}/items.{size}.json"
        if not os.path.exists(name):
            with open(name, "w", encoding="utf-8") as file:
                json.dump([{"id": n, "name": f"n{n}", "tags": ["a", "b", str(n)], "v": {"x": n * 1.5}} for n in range(size)],
                          file)
        return ["jq", "-c", '.[] | {id, name, t: (.tags | join(","))}', name]


@dataclass(frozen=True)
class Seeds(Workload):
    """Dozens of ways to allocate, of the tests."""

    def command(self, size):
        return [f"{BUILD}/targets/shapes_plain", str(size)]


class Starts(Workload):
    """`true`, many times over."""

    def command(self, size):
        return ["/bin/true"]

    def cost(self, variant, size=0, look=lambda: None):
        total = sum(run([*variant.before, "/bin/true"], variant.environment).cpu_s for _ in range(self.sizes[size]))
        look()
        clean()
        return total


class Redis(Workload):
    """The server's CPU time for a fixed number of requests of redis-benchmark, and how
    many it served in a second."""
    throughput = {}  # (variant, size): requests a second

    def cost(self, variant, size=0, look=lambda: None):
        socket = f"{PLACE}/redis.socket"
        command = [*variant.before, "redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", PLACE]
        server = start(command, variant.environment)
        try:
            begin = time.monotonic()
            while subprocess.run(["redis-cli", "-s", socket, "ping"], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, check=False).returncode:
                if time.monotonic() - begin > 30:
                    raise Failed("redis-server does not start")
                time.sleep(0.02)
            begin = time.monotonic()
            subprocess.run(["redis-benchmark", "-s", socket, "-n", str(self.sizes[size]), "-c", "20", "-P", "8", "-r",
                            "20000", "-q", "-t", "set,get,lpush,lpop,hset,zadd"], stdout=subprocess.DEVNULL, check=True)
            served = 6 * self.sizes[size] / (time.monotonic() - begin)
            self.throughput.setdefault((variant, size), []).append(served)
            subprocess.run(["redis-cli", "-s", socket, "shutdown", "nosave"], stdout=subprocess.DEVNULL, check=True)
        except Exception:
            os.kill(server[0], 9)
            raise
        result = finish(server, command)
        look()
        clean()
        return result.cpu_s


PAIRS = Program("malloc/free pair, 1 thread", (40_000_000, 3_000_000, 100_000), "pairs {} 32 1")
PAIRS_2 = Program("malloc/free pair, 2 threads", (40_000_000, 3_000_000, 100_000), "pairs {} 32 2")
REPLACE = Program("random replacement, 100 000 live", (6_000_000, 1_000_000, 200_000), "replace {} 100000")
HANDOFF = Program("freed by another thread", (2_000_000, 1_000_000, 200_000), "handoff {}")
MAP = Program("std::map<string, string>", (1_200_000, 400_000, 60_000, 100_000), "map {}")
SQLITE = Sqlite("sqlite3 in memory", (60_000, 30_000, 4_000, 10_000))
REDIS = Redis("redis-server", (100_000, 30_000, 0))
PYTHON = Python("python3, PYTHONMALLOC=malloc", (25, 10, 2))
COMPILER = Compiler("cc1plus", (1, 1, 1))
XMLLINT = Xmllint("xmllint --format", (100_000, 30_000, 3_000))
JQ = Jq("jq", (30_000, 6_000, 1_000))
SEEDS = Seeds("dozens of ways to allocate", (20_000, 4_000, 500))
STARTS = Starts("start and end of `true`, 100 times", (100, 5, 0))
SHORT_THREADS = Program("10 000 threads of 10 us", (10_000, 1_000, 0), "short_threads {}")

ALL = (PAIRS, PAIRS_2, REPLACE, HANDOFF, MAP, SQLITE, REDIS, PYTHON, COMPILER, STARTS, SHORT_THREADS)
