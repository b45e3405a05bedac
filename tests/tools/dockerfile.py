# SPDX-License-Identifier: Apache-2.0
"""dockerfile.py FILE: the Dockerfile's lines as shell words, `STAGE INSTRUCTION ARGUMENT...`, one a line, a stage by its
number.  Knows what the one of docs/images.md uses, and nothing else."""
import json
import re
import shlex
import sys

KNOWN = {"FROM", "COPY", "WORKDIR", "RUN", "ENV", "VOLUME", "CMD", "USER"}
stage = -1
for line in open(sys.argv[1], encoding="utf-8"):
    if not line.strip() or line.startswith("#"):
        continue
    instruction, rest = line.strip().split(" ", 1)
    if instruction not in KNOWN:
        sys.exit(f"dockerfile: {instruction} is unknown")
    if instruction == "FROM":
        stage += 1
        if not re.fullmatch(r"debian:[a-z]+( AS [a-z]+)?", rest):
            sys.exit(f"dockerfile: FROM {rest}")
    words = json.loads(rest) if rest.startswith("[") else [rest] if instruction == "RUN" else shlex.split(rest)
    print(stage, instruction, *(shlex.quote(word) for word in words))
