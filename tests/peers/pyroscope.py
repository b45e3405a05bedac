# SPDX-License-Identifier: Apache-2.0
"""A server that takes what Pyroscope takes, by /ingest and by its push service; see peer.py.

The rules, with their source in grafana/pyroscope:
  - a series is named APP{label=value,...}; label names are [a-zA-Z0-9_.] and none twice (pkg/og/storage/segment/key.go,
    pkg/validation: label names must be valid, and unique)
  - at most 16000 samples of a profile and 4 MiB of it (pkg/validation/limits.go: max-profile-stacktrace-samples,
    max-profile-size-bytes), here of what is unpacked
  - nothing older than an hour, nothing more than ten minutes ahead (limits.go: reject-older-than, reject-newer-than)
  - values are not negative, strings are UTF-8 (pkg/pprof)
  - the connect protocol: JSON, POST, Connect-Protocol-Version 1 (push/v1/push.proto; connectrpc.com/docs/protocol)
"""
import base64
import json
import re
import time
import urllib.parse

from peer import Peer, Refused, check_profile, main

NAME = re.compile(r"^[a-zA-Z_][a-zA-Z0-9_.]*$")


def split_series(name):
    match = re.fullmatch(r"([^{}]+)(?:\{([^{}]*)\})?", name)
    if not match:
        raise Refused(400, f"invalid application name {name!r}")
    labels = {}
    for pair in (match[2] or "").split(",") if match[2] else []:
        key, equals, value = pair.partition("=")
        if not equals or key in labels:
            raise Refused(400, f"invalid label {pair!r}")
        labels[key] = value
    if not re.fullmatch(r"[a-zA-Z0-9_.:/-]+", match[1]):
        raise Refused(400, f"invalid application name {match[1]!r}")
    return match[1], labels


def check_labels(labels):
    for name in labels:
        if not NAME.match(name):
            raise Refused(400, f"invalid label name {name!r}")


class Pyroscope(Peer):
    def parse(self, handler, body):
        url = urllib.parse.urlsplit(handler.path)
        if url.path.endswith("/ingest"):
            return self.parse_ingest(handler, url, body)
        if url.path.endswith("/push.v1.PusherService/Push"):
            return self.parse_connect(handler, body)
        raise Refused(404, "page not found")

    def parse_ingest(self, handler, url, body):
        query = urllib.parse.parse_qs(url.query, strict_parsing=True)
        if sorted(query) != ["format", "from", "name", "spyName", "until"] or query["format"] != ["pprof"]:
            raise Refused(400, f"query {sorted(query)}")
        if handler.headers["Content-Encoding"] or handler.headers["Expect"]:
            raise Refused(400, "an encoding, or an expectation")
        name, labels = split_series(query["name"][0])
        start, end = int(query["from"][0]), int(query["until"][0])
        if not start < end:
            raise Refused(400, "an empty time")
        self.check_time(start, end)
        check_labels(labels)
        return body, {"name": name, "labels": labels, "from": start, "until": end}

    def parse_connect(self, handler, body):
        if handler.headers["Content-Type"] != "application/json" or handler.headers["Connect-Protocol-Version"] != "1":
            raise Refused(415, "unsupported media type")
        series = json.loads(body)["series"]
        if len(series) != 1 or len(series[0]["samples"]) != 1:
            raise Refused(400, "one series and one sample are wanted")
        pairs = [(label["name"], label["value"]) for label in series[0]["labels"]]
        labels = dict(pairs)
        if len(labels) != len(pairs) or "__name__" not in labels or "service_name" not in labels:
            raise Refused(400, "missing or duplicate labels")
        check_labels(labels)
        sample = series[0]["samples"][0]
        if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", sample["ID"]):
            raise Refused(400, "invalid ID")
        return base64.b64decode(sample["rawProfile"], validate=True), {"name": labels["service_name"], "labels": labels}

    def check_time(self, start, end):
        now = time.time() + self.later()
        if start < now - 3600:
            raise Refused(422, "profile too old")
        if end > now + 600:
            raise Refused(422, "profile in the future")

    def later(self):
        """By how much the test has set the clock forward."""
        try:
            with open(self.path("later")) as file:
                return int(file.read().split()[-1])
        except (FileNotFoundError, IndexError):
            return 0

    def check(self, profile, raw):
        if len(profile.samples) > 16000:
            raise Refused(413 if profile.path.endswith(".new") else 400, "too many samples")
        if len(raw) > 4 << 20:
            raise Refused(413, "profile too large")
        check_profile(profile)


if __name__ == "__main__":
    main(Pyroscope)
