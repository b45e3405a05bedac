# SPDX-License-Identifier: Apache-2.0
"""Writes the files that an attacker would: states, profiles and ELF files with any
content.  The layouts are written down here once more, so that nothing of ours has to
agree to make them."""
import gzip
import os
import struct

# --- profiles ---


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, body):
    return varint(field << 3 | 2) + varint(len(body)) + body


def packed(field, values):
    return message(field, b"".join(map(varint, values)))


class Profile:
    """One sample type, and what is added."""

    def __init__(self, kind=b"space", unit=b"bytes"):
        self.strings = [b""]
        self.body = [message(1, number(1, self.string(kind)) + number(2, self.string(unit)))]

    def string(self, text):
        self.strings.append(text)
        return len(self.strings) - 1

    def function(self, index, name, file=b""):
        self.body.append(message(5, number(1, index) + number(2, self.string(name)) +
                                 number(4, self.string(file))))

    def location(self, index, functions, mapping=0):
        lines = b"".join(message(4, number(1, function) + number(2, 1)) for function in functions)
        self.body.append(message(4, number(1, index) + number(2, mapping) + lines))

    def mapping(self, index, file, build_id=b""):
        self.body.append(message(3, number(1, index) + number(5, self.string(file)) +
                                 number(6, self.string(build_id))))

    def sample(self, locations, value=1000):
        self.body.append(message(2, packed(1, locations) + packed(2, [value])))

    def comment(self, text):
        self.body.append(number(13, self.string(text)))

    def drop_frames(self, text):
        self.body.append(number(7, self.string(text)))

    def encode(self):
        return b"".join(self.body) + b"".join(message(6, text) for text in self.strings)

    def write(self, path, level=6):
        with open(path, "wb") as file:
            file.write(gzip.compress(self.encode(), level))


# --- states ---

STRINGS, MODULES, NODES, SITES, BUFFERS, CELLS = 1, 2, 3, 4, 5, 6
PSEUDO = 0xFFFFFFFF


class State:
    """A sparse state file: chunks are placed and filled as asked."""

    def __init__(self, path, chunks, chunk_bytes=16384):
        self.file = open(path, "wb")
        os.fchmod(self.file.fileno(), 0o600)
        self.chunk_bytes = chunk_bytes
        self.count = chunks
        self.used = 0
        self.ordinals = {}
        self.start = (4096 + 4 * chunks + chunk_bytes - 1) // chunk_bytes * chunk_bytes
        self.bytes = self.start + chunks * chunk_bytes
        self.file.truncate(self.bytes)
        self.fields = {}

    def put(self, offset, data):
        self.file.seek(offset)
        self.file.write(data)

    def chunk(self, table, ordinal=None):
        """The file offset of a new chunk of a table."""
        index = self.used
        self.used += 1
        if ordinal is None:
            ordinal = self.ordinals.get(table, 0)
        self.ordinals[table] = ordinal + 1
        self.put(4096 + 4 * index, struct.pack("<I", table << 24 | ordinal))
        return self.start + index * self.chunk_bytes

    def string(self, offset, text):
        self.put(offset, struct.pack("<I", len(text)) + text + b"\0")
        return offset

    @staticmethod
    def module(path, start=0x400000, size=0x10000, build_id=b"", identity=(0, 0, 0, 0), segments=()):
        table = b"".join(struct.pack("<QQQ", *segment) for segment in segments)
        return struct.pack("<QQQQQQQqII32s96sII16x", start, start, start + size, path, *identity,
                           len(build_id), len(segments), build_id, table, 0, 0)

    @staticmethod
    def node(parent, module, pc):
        return struct.pack("<IIQ", parent, module, pc)

    @staticmethod
    def site(node, size_class=16):
        return struct.pack("<II", size_class, node)

    @staticmethod
    def cell(site, objects=1, size=16):
        return struct.pack("<QQQQII", objects, size, 0, 0, 1, site)

    def close(self, pid=4194304, **fields):
        """Writes the header; fields: exe, comm, cwd, out, arguments (offsets)."""
        get = fields.get
        header = struct.pack(
            "<QIIQQQIIIIQQQIIQQII5Q2QIIIIIIII", 0x31666F72706D656D, 1, 288, self.bytes, 4096,
            self.start, self.chunk_bytes, self.count, pid, 1, 0, 10**18, 0, 0, os.geteuid(),
            524288, 0, 128, 0, get("exe", 0), get("comm", 0), get("cwd", 0), get("out", 0),
            get("arguments", 0), 0, 0, 0, 0, 1, self.used, 0, 0, 0, 0)
        self.put(0, header)
        self.file.close()
