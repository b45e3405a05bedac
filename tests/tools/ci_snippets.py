# SPDX-License-Identifier: Apache-2.0
"""ci_snippets.py DOCUMENT DIRECTORY: writes the files that stand in a document's fenced blocks (```KIND NAME) into a
directory, after a look at those that a parser here knows.  Prints their names."""
import os
import re
import subprocess
import sys
import tomllib

import yaml

document, directory = sys.argv[1:]
text = open(document, encoding="utf-8").read()
blocks = re.findall(r"^```(\w+) (\S+)\n(.*?)^```$", text, re.S | re.M)
unnamed = re.findall(r"^```(\w+)\n", text, re.M)


def check(is_so, *what):
    if not is_so:
        sys.exit(f"ci_snippets: {' '.join(str(word) for word in what)}")


def check_shell(script, shell, name):
    # What an expression of GitHub's gives is a word.
    done = subprocess.run([shell, "-n"], input=re.sub(r"\$\{\{.*?\}\}", "word", script), text=True, capture_output=True)
    check(done.returncode == 0, name, done.stderr)


def check_github(workflow, name):
    check(True in workflow or "on" in workflow, name, "has no event")  # YAML 1.1 takes on for true
    check(set(workflow) <= {"name", "on", True, "permissions", "env", "jobs"}, name, "has unknown keys", list(workflow))
    for job in workflow["jobs"].values():
        check(set(job) <= {"if", "runs-on", "steps", "needs", "env"}, name, "has unknown keys in a job", list(job))
        for step in job["steps"]:
            check(("uses" in step) != ("run" in step), name, "a step neither uses nor runs", step)
            check(set(step) <= {"name", "if", "uses", "with", "run", "env", "continue-on-error", "id"}, name, step)
            check(re.fullmatch(r"[\w.-]+/[\w./-]+@v\d+", step.get("uses", "a/b@v1")), name, step)
            # What a pull request's author may choose is no part of a script.
            check("${{" not in step.get("run", ""), name, "an expression in a script", step)
            check_shell(step.get("run", ""), "bash", name)


def check_gitlab(pipeline, name):
    for job in pipeline.values():
        known = {"stage", "image", "rules", "variables", "before_script", "script", "after_script", "artifacts", "extends"}
        check(set(job) <= known, name, "has unknown keys", list(job))
        for part in ("before_script", "script", "after_script"):
            for line in job.get(part, []):
                check(isinstance(line, str), name, "a line is no string:", line)
                check_shell(line, "bash", name)


check(not unnamed, "blocks without a name:", unnamed)
for kind, name, body in blocks:
    if kind == "yaml":
        (check_github if ".github" in name else check_gitlab)(yaml.safe_load(body), name)
    elif kind == "toml":
        tomllib.loads(body)
    elif kind == "sh":
        check_shell(body, "sh", name)
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(body)
    print(name)
