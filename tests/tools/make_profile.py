# SPDX-License-Identifier: Apache-2.0
"""Writes a profile that no program gave: make_profile.py FILE [KEY=VALUE]... <STACKS

A stack is a line `VALUE[,VALUE]... FRAME;FRAME...`, the leaf first; a frame is
`NAME[@FILE:LINE[+START]][!MODULE]`, NAME may be empty, and `NAME1^NAME2` in a frame is NAME1 inlined into NAME2.
Keys: types (`space/bytes,...`), default, drop, keep, comment; period (in bytes; 1 is exact);
escapes=1: a backslash in a name, a file or a module is
that of Python's bytes, so that any byte can stand there."""
import codecs
import gzip
import sys


def varint(number):
    number &= (1 << 64) - 1
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, body):
    return varint(field << 3 | 2) + varint(len(body)) + body


class Ids(dict):
    """Numbers from `first` on, in the order of their first use."""

    def __init__(self, first):
        super().__init__()
        self.first = first

    def of(self, key):
        return self.setdefault(key, len(self) + self.first)


def raw(text):
    """The bytes that a text with escapes stands for, as a string that encodes to them."""
    return codecs.escape_decode(text.encode())[0].decode("utf-8", "surrogateescape")


def main():
    options = dict(pair.split("=", 1) for pair in sys.argv[2:])
    strings, mappings, functions, locations = Ids(0), Ids(1), Ids(1), Ids(1)
    strings.of("")
    out = b""
    for pair in options.get("types", "alloc_space/bytes").split(","):
        kind, unit = pair.split("/")
        out += message(1, number(1, strings.of(kind)) + number(2, strings.of(unit)))
    for line in sys.stdin:
        values, stack = line.rstrip("\n").split(" ", 1)
        ids = [locations.of(frame) for frame in stack.split(";")]
        body = b"".join(number(1, i) for i in ids)
        out += message(2, body + b"".join(number(2, int(value)) for value in values.split(",")))
    bodies = b""
    for frame, location in locations.items():
        frame, _, module = frame.partition("!")
        lines = b""
        for part in frame.split("^"):
            name, _, place = part.rpartition("@") if "@" in part else (part, "", "")
            file, _, at = place.rpartition(":")
            at, _, start = at.partition("+")
            if name or file:
                function = functions.of((strings.of(name), strings.of(file), int(start or 0)))
                lines += message(4, number(1, function) + number(2, int(at or 0)))
        mapping = mappings.of(module) if module else 0
        address = mapping * 0x100000 + location * 16
        bodies += message(4, number(1, location) + number(2, mapping) + number(3, address) + lines)
    for module, mapping in mappings.items():
        bodies += message(3, number(1, mapping) + number(2, mapping * 0x100000) + number(3, (mapping + 1) * 0x100000)
                          + number(5, strings.of(module)) + b"".join(number(flag, 1) for flag in (7, 8, 9, 10)))
    mangled = strings.of("?")  # unlike the name, or pprof would cut its arguments
    for (name, file, start), function in functions.items():
        bodies += message(5, number(1, function) + number(2, name) + number(3, mangled) + number(4, file) + number(5, start))
    for key, field in (("drop", 7), ("keep", 8), ("default", 14)):
        if key in options:
            bodies += number(field, strings.of(options[key]))
    for comment in options["comment"].split("|") if "comment" in options else ():
        bodies += number(13, strings.of(comment))
    if "period" in options:
        bodies += message(11, number(1, strings.of("space")) + number(2, strings.of("bytes")))
        bodies += number(12, int(options["period"]))
    if "time" in options:
        bodies += number(9, int(options["time"]))
    if "period" in options:
        bodies += message(11, number(1, strings.of("space")) + number(2, strings.of("bytes"))) + number(12, int(options["period"]))
    if "escapes" in options:
        texts = [raw(string) for string in strings]
    else:
        texts = list(strings)
    out += b"".join(message(6, text.encode("utf-8", "surrogateescape")) for text in texts) + bodies
    with open(sys.argv[1], "wb") as file:
        file.write(gzip.compress(out))


if __name__ == "__main__":
    main()
