# SPDX-License-Identifier: Apache-2.0
"""Compares the formats of one report, FILES_PREFIX.{json,csv,junit,github,sarif,markdown,text}: each is valid, and
says what the JSON says."""
import csv
import json
import re
import sys
import urllib.parse
import xml.etree.ElementTree as tree

prefix = sys.argv[1]
report = json.load(open(prefix + "json", encoding="utf-8"))


def check(is_so, *what):
    if not is_so:
        sys.exit("check_formats: " + " ".join(str(word) for word in what))


# What each row is known by: what it changed by, and the name of its function.
sites = [(site["kind"], site["change"], site["stack"][0]["function"]) for site in report["sites"]["changed"]]
grown = [site for site in sites if site[0] in ("new", "grew")]
failed = [gate for gate in report["gates"] if gate["verdict"] == "fails"]
unjudged = [gate for gate in report["gates"] if gate["verdict"] == "cannot judge"]

# --- csv ---
rows = list(csv.DictReader(open(prefix + "csv", encoding="utf-8", newline=""), strict=True))
check(all(None not in row and None not in row.values() for row in rows), "csv: rows of different lengths")
unprotected = re.compile("^'(?=[=+@\t\r-])")
of_csv = [(row["result"], float(row["change"]), unprotected.sub("", row["name"])) for row in rows if row["scope"] == "site"]
check(of_csv == sites, "csv: sites", of_csv, sites)
check([row["name"] for row in rows if row["scope"] == "gate"] == [gate["gate"] for gate in report["gates"]], "csv: gates")
check({row["value"]: float(row["change"]) for row in rows if row["scope"] == "total"}
      == {name: total["change"] for name, total in report["totals"].items()}, "csv: totals")
check(not any(re.match("[=+@\t\r-]", row[cell]) for row in rows if row["scope"] != "gate" for cell in ("name", "module", "file", "stack")),
      "csv: a formula")

# --- junit ---
suites = tree.parse(prefix + "junit").getroot()
cases = suites.findall("./testsuite/testcase")
check([case.get("name") for case in cases] == [gate["gate"] for gate in report["gates"]], "junit: names")
check([case.get("name") for case in cases if case.find("failure") is not None] == [gate["gate"] for gate in failed], "junit: failures")
check(int(suites.get("failures")) == len(failed), "junit: how many failed")

# --- github ---
lines = open(prefix + "github", encoding="utf-8", newline="").read().split("\n")
check(lines.pop() == "", "github: the last line has no end")
commands = []
for line in lines:
    match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line, re.S)
    check(match and "\r" not in line, "github: no command:", repr(line))
    properties = dict(pair.split("=", 1) for pair in match[2].split(","))
    check(set(properties) <= {"file", "line", "title"}, "github: properties", properties)
    properties = {name: urllib.parse.unquote(text) for name, text in properties.items()}
    check(not properties.get("file", "").startswith("/"), "github: an absolute path", properties)
    commands.append((match[1], properties, urllib.parse.unquote(match[3])))
check(commands[0][2] + "\n" == report["verdict"], "github: verdict")
errors = [command for command in commands[1:] if command[0] == "error"]
check(len(errors) == len(failed) + len(unjudged), "github: errors", errors)
check(len([command for command in commands if command[0] == "warning"]) == min(len(grown), 20), "github: warnings")

# --- sarif: what its schema requires of what is used here ---
sarif = json.load(open(prefix + "sarif", encoding="utf-8"))
check(sarif["version"] == "2.1.0" and len(sarif["runs"]) == 1, "sarif: version")
run = sarif["runs"][0]
rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
check(run["tool"]["driver"]["name"] == "memprof", "sarif: driver")
for result in run["results"]:
    check(result["ruleId"] in rules and result["level"] in ("error", "warning"), "sarif: rule")
    check(isinstance(result["message"]["text"], str), "sarif: message")
    check(re.fullmatch("[0-9a-f]{16}", result["partialFingerprints"]["memprofSite/v1"]), "sarif: fingerprint")
    for location in result.get("locations", []):
        physical = location.get("physicalLocation")
        if physical:
            uri = physical["artifactLocation"]["uri"]
            check(re.fullmatch(r"([A-Za-z0-9/._~-]|%[0-9A-F]{2})+", uri) and not uri.startswith("/"), "sarif: uri", uri)
            check(physical.get("region", {"startLine": 1})["startLine"] > 0, "sarif: line")
of_sarif = [(result["properties"]["change"]) for result in run["results"] if result["ruleId"] != "memprof/gate"]
check(of_sarif == [site[1] for site in grown], "sarif: sites", of_sarif)
check(len({result["partialFingerprints"]["memprofSite/v1"] for result in run["results"]}) == len(run["results"]), "sarif: fingerprints")
check(run["invocations"][0]["exitCode"] == report["status"], "sarif: status")

# --- text and markdown ---
text = open(prefix + "text", encoding="utf-8").read()
check(text.startswith(report["verdict"]) and "\x1b" not in text, "text: verdict")
markdown = open(prefix + "markdown", encoding="utf-8").read()
check(len(markdown) <= 60000, "markdown: too long", len(markdown))
first = re.sub(r"\\(?=[^A-Za-z0-9])|<!-- -->", "", markdown.split("\n", 1)[0])
check(first == "### " + report["verdict"].split("\n", 1)[0], "markdown: verdict", first)
