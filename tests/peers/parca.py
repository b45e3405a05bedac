# SPDX-License-Identifier: Apache-2.0
"""A server that takes what Parca takes by its gateway; see peer.py.

The rules, with their source in parca-dev/parca:
  - POST /api/profiles/writeraw with series[].labels.labels[] of name and value, samples[].rawProfile in base64
    (proto/parca/profilestore/v1alpha1/profilestore.proto, protojson)
  - __name__ is there, label names are those of Prometheus, sorted or not, none twice (pkg/normalizer)
  - ids of mappings, functions and locations are 1..N in the order of the file (pkg/normalizer: they are used as indexes)
"""
import base64
import json
import re

from peer import Peer, Refused, check_profile, main


class Parca(Peer):
    def parse(self, handler, body):
        if handler.path != "/api/profiles/writeraw":
            raise Refused(404, "Not Found")
        if handler.headers["Content-Type"] != "application/json":
            raise Refused(415, "unsupported media type")
        request = json.loads(body)
        if set(request) - {"tenant", "series", "normalized"}:
            raise Refused(400, f"unknown field in {sorted(request)}")
        entries = request["series"]
        if len(entries) != 1 or set(entries[0]) != {"labels", "samples"} or len(entries[0]["samples"]) != 1:
            raise Refused(400, "one series and one sample are wanted")
        pairs = [(label["name"], label["value"]) for label in entries[0]["labels"]["labels"]]
        labels = dict(pairs)
        if len(labels) != len(pairs) or not labels.get("__name__"):
            raise Refused(400, "missing or duplicate labels")
        for name in labels:
            if not re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name):
                raise Refused(400, f"invalid label name {name!r}")
        data = base64.b64decode(entries[0]["samples"][0]["rawProfile"], validate=True)
        return data, {"name": labels.get("job"), "labels": labels}

    def check(self, profile, raw):
        for table in (profile.mappings, profile.functions, profile.locations):
            if [row["id"] for row in table] != list(range(1, len(table) + 1)):
                raise Refused(400, "ids are not sequential")
        check_profile(profile)


if __name__ == "__main__":
    main(Parca)
