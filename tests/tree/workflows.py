# SPDX-License-Identifier: Apache-2.0
"""workflows.py: prints a line `JOB SUITE CC: SCRIPT...` for each run of our own workflows, GitHub's and GitLab's, as
whoever reads these files would expand them.  SCRIPT is what it runs of this tree."""
import itertools
import re
import subprocess
import sys

import yaml


def check(is_so, *what):
    if not is_so:
        sys.exit(f"workflows: {' '.join(str(word) for word in what)}")


def listed(value):
    return value if isinstance(value, list) else [value]


def combinations(matrix):
    """Each way to take one value for each name."""
    return [dict(zip(matrix, values)) for values in itertools.product(*(listed(v) for v in matrix.values()))]


def fill(text, names):
    """GitHub's ${{ matrix.suite }} and GitLab's $SUITE."""
    text = re.sub(r"\$\{\{ matrix\.(\w+) \}\}", lambda m: names[m[1]], text)
    return re.sub(r"\$([A-Z]+)\b", lambda m: names.get(m[1], m[0]), text)


def scripts(text, where):
    done = subprocess.run(["sh", "-n"], input=text, text=True, capture_output=True)
    check(done.returncode == 0, where, done.stderr)
    check("${{" not in text, where, "an expression in a script")
    return re.findall(r"^\s*((?:\.ci|scripts)/\S+.*)$", text, re.M)


def say(job, image, environment, text, where):
    check(re.fullmatch(r"debian:[a-z]+", image), where, "image", image)
    compiler = f"{environment.get('CC', '')} {environment.get('CXX', '')}".strip()
    print(f"{job} {image} {compiler}: {'; '.join(scripts(text, where))}")


def github(path):
    workflow = yaml.safe_load(open(path, encoding="utf-8"))
    check(set(workflow) == {"name", True, "permissions", "jobs"}, path, list(workflow))  # YAML 1.1 takes on for true
    check({"push", "pull_request"} <= set(workflow[True]), path, "events")
    check(workflow["permissions"] == {"contents": "read"}, path, "permissions")
    for name, job in workflow["jobs"].items():
        where = f"{path}: {name}"
        check(set(job) <= {"strategy", "runs-on", "container", "timeout-minutes", "env", "steps"}, where, list(job))
        matrix = dict(job["strategy"]["matrix"])
        added = matrix.pop("include", [])
        for step in job["steps"]:
            check(("uses" in step) != ("run" in step), where, step)
            check(set(step) <= {"name", "uses", "with", "run"}, where, step)
            check(re.fullmatch(r"actions/[\w-]+@v\d+", step.get("uses", "actions/a@v1")), where, step)
        kinds = ["uses" if "uses" in step else "run" for step in job["steps"]]
        check(kinds[:2] == ["run", "uses"], where, "checkout takes git")
        for values in combinations(matrix):
            for more in added:  # one extends what it has in common with
                if all(values.get(key, value) == value for key, value in more.items()):
                    values = values | more
            environment = {key: fill(value, values) for key, value in job.get("env", {}).items()}
            say(name, fill(job["container"]["image"], values), environment,
                "\n".join(step.get("run", "") for step in job["steps"]), where)


def gitlab(path):
    pipeline = yaml.safe_load(open(path, encoding="utf-8"))
    stages, default = pipeline.pop("stages"), pipeline.pop("default")
    check(set(default) == {"image", "before_script"}, path, "default", list(default))
    for name, job in pipeline.items():
        where = f"{path}: {name}"
        check(set(job) <= {"stage", "timeout", "parallel", "script", "artifacts"}, where, list(job))
        check(job["stage"] in stages, where, "stage", job["stage"])
        for matrix in job["parallel"]["matrix"]:
            for values in combinations(matrix):
                say(name, fill(default["image"], values), values, "\n".join(default["before_script"] + job["script"]), where)


if sys.argv[1].startswith(".github"):
    github(sys.argv[1])
else:
    gitlab(sys.argv[1])
