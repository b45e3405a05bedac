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

STRINGS, MODULES, NODES, SITES, SHARDS, COUNTERS = 1, 2, 3, 4, 5, 6
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
        self.records = dict(self.RECORDS)

    RECORDS = {STRINGS: 0, MODULES: 224, NODES: 16, SITES: 8, SHARDS: 64, COUNTERS: 40}

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
    def counters(site, objects=1, size=16):
        return struct.pack("<QQQQII", objects, size, 0, 0, 0, 1 << 20 | site)

    def close(self, pid=4194304, **fields):
        """Writes the header; fields: exe, comm, cwd, out, arguments (offsets)."""
        get = fields.get
        header = struct.pack(
            "<QIIQQQIIIIQQQIIQQII5Q2QIIIIIIII", 0x31666F72706D656D, 2, 672, self.bytes, 4096,
            self.start, self.chunk_bytes, self.count, pid, 1, 0, 10**18, 0, 0, os.geteuid(),
            524288, 0, 128, 0, get("exe", 0), get("comm", 0), get("cwd", 0), get("out", 0),
            get("arguments", 0), 0, 0, 0, 0, 1, self.used, 0, 0, 0, 0)
        self.put(0, header)
        self.put(288, struct.pack("<QQQII", get("required", 0), 0, 0, 416, len(self.records)))
        self.put(384, get("writer", b"9.8.7"))
        for index, (table, size) in enumerate(self.records.items()):
            self.put(416 + 16 * index, struct.pack("<IIII", table, size, 0, 0))
        self.file.close()

    @classmethod
    def of(cls, path, module, pcs, **strings):
        """A state with one stack of one frame for each pc; module: State.module()'s
        arguments but the path, which is the first."""
        per = cls.PER
        count = {NODES: len(pcs), SITES: len(pcs) + 1, COUNTERS: len(pcs)}
        chunks = 4 + sum(-(-records // per[table]) for table, records in count.items())
        state = cls(path, chunks)
        at = state.chunk(STRINGS)
        offsets = {}
        for name, text in strings.items():
            offsets[name] = state.string(at, text)
            at += 8 + len(text) // 8 * 8 + 8
        state.put(state.chunk(MODULES) + 224,
                  State.module(state.string(at, module[0]), **module[1]))
        nodes = state.fill(NODES, [State.node(0, 1, pc) for pc in pcs])
        state.fill(SITES, [bytes(8)] + [State.site(node // 16) for node in nodes])
        state.fill(COUNTERS, [State.counters(site + 1) for site in range(len(pcs))])
        state.put(state.chunk(SHARDS), struct.pack("<IIQQQ32x", 1, 1, len(pcs), 0, 0))
        state.close(**offsets)

    @classmethod
    def deep(cls, path):
        """A state with 160 000 stacks of up to 4000 frames, which share what they repeat."""
        state = cls(path, 4000)
        text = state.string(state.chunk(STRINGS), b"/lib")
        state.fill(MODULES, [bytes(224), cls.module(text, size=1 << 40)])
        nodes, before = [], 0
        for first in range(4):  # a chain over several chunks
            at = state.chunk(NODES)
            part = []
            for i in range(1000):
                part.append(cls.node(before, 1, 0x400000 + 1000 * first + i + 1))
                before = (at + 16 * i) // 16
                nodes.append(before)
            state.put(at, b"".join(part))
        pairs = [(node, size) for node in nodes for size in range(40)]
        state.fill(SITES, [bytes(8)] + [cls.site(node, size) for node, size in pairs])
        state.fill(COUNTERS, [cls.counters(i + 1) for i in range(len(pairs))])
        state.close()

    PER = {NODES: 16384 // 16, SITES: 16384 // 8, COUNTERS: 16384 // 40}

    def fill(self, table, records):
        """Appends records; their offsets."""
        offsets, size = [], len(records[0])
        per = self.chunk_bytes // size
        for first in range(0, len(records), per):
            part = records[first:first + per]
            at = self.chunk(table)
            self.put(at, b"".join(part))
            offsets += range(at, at + len(part) * size, size)
        return offsets


# --- ELF files ---

PROGBITS, SYMTAB, STRTAB, COMPRESSED = 1, 2, 3, 0x800


def elf(path, sections):
    """An ELF file for this machine of sections (name, type, flags, data[, link[, entsize]]),
    numbered from 1; returns State.module()'s identity of it."""
    machine = {"x86_64": 62, "aarch64": 183}.get(os.uname().machine, 62)
    names, body, table = b"\0", b"", bytes(64)
    sections = sections + [(".shstrtab", STRTAB, 0, None)]
    for name, *_ in sections:
        names += name.encode() + b"\0"
    at = 1
    for name, kind, flags, data, *more in sections:
        data = names if data is None else data
        body += bytes(-len(body) % 16)
        link, entsize = (more + [0, 0])[:2]
        table += struct.pack("<IIQQQQIIQQ", at, kind, flags, 0, 64 + len(body), len(data), link, 1,
                             16, entsize)
        at += len(name) + 1
        body += data
    body += bytes(-len(body) % 16)
    header = b"\x7fELF\2\1\1" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", 3, machine, 1, 0, 0, 64 + len(body), 0, 64, 56, 0, 64,
        len(sections) + 1, len(sections))
    with open(path, "wb") as file:
        file.write(header + body + table)
    status = os.stat(path)
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def symbols(entries):
    """Sections .symtab (with link 2) and .strtab of (name, start, size)."""
    names, table = bytearray(b"\0"), bytearray(24)
    for name, start, size in entries:
        table += struct.pack("<IBBHQQ", len(names), 0x12, 0, 1, start, size)
        names += name + b"\0"
    return [(".symtab", SYMTAB, 0, bytes(table), 2, 24), (".strtab", STRTAB, 0, bytes(names))]


def packed_section(name, size, fill=b"\0"):
    """A debug section that unpacks to `size` bytes."""
    import zlib
    packer = zlib.compressobj(9)
    piece = fill * ((1 << 20) // len(fill))
    data = b"".join(packer.compress(piece) for _ in range(size >> 20)) + packer.flush()
    return (name, PROGBITS, COMPRESSED, struct.pack("<IIQQ", 1, 0, size >> 20 << 20, 1) + data)


def ranges_unit(count, low=0, high=1 << 47):
    """.debug_abbrev, .debug_info and .debug_ranges of one unit with many ranges."""
    abbrev = bytes([1, 0x11, 0, 0x55, 0x17, 0x11, 0x01, 0, 0, 0])
    unit = struct.pack("<HIB", 4, 0, 8) + bytes([1]) + struct.pack("<IQ", 0, 0)
    info = struct.pack("<I", len(unit)) + unit
    entry = struct.pack("<QQ", low, high)
    return [(".debug_abbrev", PROGBITS, 0, abbrev), (".debug_info", PROGBITS, 0, info),
            (".debug_ranges", PROGBITS, 0, entry * count + bytes(16))]
