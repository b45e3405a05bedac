#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a profile for the tests: a decoder of its own, so that an error of the
encoder is not repeated by the reader.

  pprof.py dump FILE...     per sample: four values, labels, name@file:line (leaf first)
  pprof.py totals FILE...   alloc_objects alloc_space inuse_objects inuse_space
  pprof.py meta FILE        types, period, comments, mappings
  pprof.py check FILE...    every rule that each profile must satisfy; exit 1 if one breaks
"""
import os
import re
import sys
import zlib

TYPES = ["alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes"]


class Malformed(Exception):
    pass


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    """Yields (field number, wire type, value): an int, or bytes for type 2."""
    at, end = 0, len(data)
    while at < end:
        key, at = varint(data, at)
        wire = key & 7
        if wire == 0:
            value, at = varint(data, at)
        elif wire == 2:
            size, at = varint(data, at)
            value = data[at : at + size]
            if len(value) != size:
                raise Malformed("a field is cut off")
            at += size
        else:
            raise Malformed(f"wire type {wire}")
        yield key >> 3, wire, value


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def repeated(wire, value):
    if wire == 0:
        return [value]
    out, at = [], 0
    while at < len(value):
        item, at = varint(value, at)
        out.append(item)
    return out


def record(data, names):
    """A message of scalars as a dict; a missing field is 0."""
    out = dict.fromkeys(names.values(), 0)
    for number, _, value in fields(data):
        out[names[number]] = value
    return out


class Profile:
    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            packed = file.read()
        gzip = zlib.decompressobj(31)
        raw = gzip.decompress(packed) + gzip.flush()
        self.one_member = gzip.eof and not gzip.unused_data
        self.raw_bytes = len(raw)
        self.strings_raw, self.types, self.samples, self.mappings = [], [], [], []
        self.locations, self.functions, self.comments, self.fields = [], [], [], []
        self.top = {}
        types = []
        for number, wire, value in fields(raw):
            self.fields.append(number)
            if number == 1:
                types.append(record(value, {1: "type", 2: "unit"}))
            elif number == 2:
                self.samples.append(self.sample(value))
            elif number == 3:
                self.mappings.append(record(value, {
                    1: "id", 2: "start", 3: "limit", 4: "offset", 5: "file", 6: "build_id",
                    7: "has_functions", 8: "has_filenames", 9: "has_lines", 10: "has_inlines"}))
            elif number == 4:
                self.locations.append(self.location(value))
            elif number == 5:
                self.functions.append(record(
                    value, {1: "id", 2: "name", 3: "system", 4: "file", 5: "line"}))
            elif number == 6:
                self.strings_raw.append(value)
            elif number == 11:
                self.period_type = record(value, {1: "type", 2: "unit"})
            elif number == 13:
                self.comments += repeated(wire, value)
            else:
                self.top[number] = value
        self.strings = [s.decode("utf-8", "replace") for s in self.strings_raw]
        text = self.strings
        self.types = [f"{text[t['type']]}/{text[t['unit']]}" for t in types]
        self.comments = [text[c] for c in self.comments]
        self.default_type = text[self.top.get(14, 0)]
        self.drop_frames = text[self.top.get(7, 0)]
        self.period = self.top.get(12, 0)
        self.location_by_id = {l["id"]: l for l in self.locations}
        self.function_by_id = {f["id"]: f for f in self.functions}
        self.mapping_by_id = {m["id"]: m for m in self.mappings}

    @staticmethod
    def sample(data):
        out = {"locations": [], "values": [], "labels": []}
        for number, wire, value in fields(data):
            if number == 1:
                out["locations"] += repeated(wire, value)
            elif number == 2:
                out["values"] += [signed(v) for v in repeated(wire, value)]
            else:
                out["labels"].append(record(value, {1: "key", 2: "str", 3: "num", 4: "unit"}))
        return out

    @staticmethod
    def location(data):
        out = {"id": 0, "mapping": 0, "address": 0, "lines": [], "folded": 0}
        names = {1: "id", 2: "mapping", 3: "address", 5: "folded"}
        for number, _, value in fields(data):
            if number == 4:
                out["lines"].append(record(value, {1: "function", 2: "line", 3: "column"}))
            else:
                out[names[number]] = value
        return out

    def is_difference(self):
        """Of two moments: what is in use may have become less."""
        return any(comment.startswith("memprof: view difference") for comment in self.comments)

    def frames(self, sample):
        """(name, file, line) of every frame, the leaf and its inlined callees first."""
        for ident in sample["locations"]:
            for line in self.location_by_id[ident]["lines"]:
                function = self.function_by_id[line["function"]]
                yield (self.strings[function["name"]], self.strings[function["file"]], line["line"])

    def labels(self, sample):
        for label in sample["labels"]:
            yield f"{self.strings[label['key']]}={label['num']}{self.strings[label['unit']]}"

    def totals(self):
        out = [0, 0, 0, 0]
        for sample in self.samples:
            out = [a + b for a, b in zip(out, sample["values"])]
        return out

    def check(self):
        """Yields every rule that this profile breaks."""
        text = self.strings
        if not self.one_member:
            yield "more than one gzip member, or something after it"
        if not self.strings_raw or self.strings_raw[0] != b"":
            yield "string_table[0] is not empty"
        for string in self.strings_raw:
            try:
                string.decode("utf-8")
            except UnicodeDecodeError:
                yield f"not UTF-8: {string!r}"
        if max(self.fields) > 14:
            yield f"field {max(self.fields)} at top level"
        if self.types != TYPES:
            yield f"sample types {self.types}"
        if self.default_type != "inuse_space":
            yield f"default type {self.default_type!r}"
        kind = f"{text[self.period_type['type']]}/{text[self.period_type['unit']]}"
        if kind != "space/bytes" or self.period < 1:
            yield f"period {self.period} {kind}"
        if not self.top.get(9) or self.fields.count(9) != 1:
            yield "no time, or two"
        if bool(self.top.get(10)) != self.is_difference():
            yield "a duration, and no difference" if self.top.get(10) else "a difference without a duration"
        for what, table in (("mapping", self.mappings), ("location", self.locations),
                            ("function", self.functions)):
            if [row["id"] for row in table] != list(range(1, len(table) + 1)):
                yield f"{what} ids are not 1..N in file order"
        yield from self.check_samples()
        yield from self.check_mappings()
        yield from self.check_locations()

    def check_samples(self):
        keys = set()
        for sample in self.samples:
            values, where = sample["values"], f"sample {list(self.frames(sample))[:2]}"
            if len(values) != 4:
                yield f"{where} has {len(values)} values"
                continue
            is_possible = values[0] >= values[2] and values[1] >= values[3] and min(values[:2]) >= 0
            if not is_possible or not any(values) or (min(values) < 0 and not self.is_difference()):
                yield f"{where} has values {values}"
            labels = tuple(self.labels(sample))
            is_folded = next(self.frames(sample), ("",))[0] == "[folded]"  # of several sizes
            if labels != () if is_folded else len(labels) != 1 or not re.fullmatch(r"bytes=\d+bytes", labels[0]):
                yield f"{where} has labels {labels}"
            key = (tuple(sample["locations"]), labels)
            if key in keys:
                yield f"{where} {labels} is there twice"
            keys.add(key)
            if not sample["locations"]:
                yield f"{where} has no stack"

    def check_mappings(self):
        text = self.strings
        extents = []
        for mapping in self.mappings:
            where = f"mapping {text[mapping['file']]}"
            if any(mapping[key] % 4096 for key in ("start", "limit", "offset")):
                yield f"{where} is not page-aligned"
            if mapping["start"] >= mapping["limit"]:
                yield f"{where} is empty"
            if text[mapping["file"]].endswith(" (deleted)"):
                yield f"{where} says (deleted)"
            if not re.fullmatch(r"([0-9a-f]{2})*", text[mapping["build_id"]]):
                yield f"{where} has build id {text[mapping['build_id']]!r}"
            if not (mapping["has_functions"] and mapping["has_filenames"]
                    and mapping["has_lines"] and mapping["has_inlines"]):
                yield f"{where} lacks a has_ flag: pprof would symbolize it again"
            extents.append(tuple(mapping[key] for key in ("start", "limit", "offset", "file", "build_id")))
        if len(set(extents)) != len(extents):
            yield "a mapping is there twice"

    def check_locations(self):
        text = self.strings
        for location in self.locations:
            where = f"location {location['address']:#x}"
            if not location["lines"]:
                yield f"{where} has no line"
            for line in location["lines"]:
                function = self.function_by_id.get(line["function"])
                if not function or not text[function["name"]]:
                    yield f"{where} has a nameless frame"
                elif re.search(r"libmemprof|memprof_", text[function["name"]]):
                    yield f"{where} is the profiler's own: {text[function['name']]}"
                elif "libmemprof" in text[function["file"]]:
                    yield f"{where} is in the profiler's file"
            names = [text[self.function_by_id[l["function"]]["name"]] for l in location["lines"]]
            if names and re.fullmatch(r"\[\w+\]", names[0]):
                continue
            if location["address"] == 0:
                yield f"{where} {names} is zero"
            mapping = self.mapping_by_id.get(location["mapping"])
            if location["mapping"] and not mapping:
                yield f"{where} has an unknown mapping"
            if mapping and not mapping["start"] <= location["address"] < mapping["limit"]:
                yield f"{where} is outside its mapping"


def main(arguments):
    command, paths = arguments[1], arguments[2:]
    broken = 0
    sums = [0, 0, 0, 0]
    for path in paths:
        profile = Profile(path)
        if command == "dump":
            for sample in profile.samples:
                stack = " ".join(f"{n.replace(' ', '_')}@{f.replace(' ', '_')}:{l}" for n, f, l in profile.frames(sample))
                print(*sample["values"], ",".join(profile.labels(sample)), stack)
        elif command == "totals":
            sums = [a + b for a, b in zip(sums, profile.totals())]
        elif command == "meta":
            print("types", *profile.types)
            print("default", profile.default_type)
            print("period", profile.period)
            print("duration", profile.top.get(10, 0))
            print("drop_frames", profile.drop_frames)
            for comment in profile.comments:
                print("comment", comment)
            for mapping in profile.mappings:
                print(f"mapping {mapping['start']:#x} {mapping['limit']:#x} {mapping['offset']:#x}",
                      profile.strings[mapping["file"]], profile.strings[mapping["build_id"]] or "-")
        elif command == "check":
            for problem in profile.check():
                print(f"{path}: {problem}")
                broken += 1
                if broken > 20:
                    return 1
        else:
            print(__doc__, file=sys.stderr)
            return 2
    if command == "totals":
        print(*sums)
    return 1 if broken else 0


if __name__ == "__main__":
    try:
        result = main(sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, grep -q, has seen enough
        result = 0
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(result)
