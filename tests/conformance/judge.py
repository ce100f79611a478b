#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges the judge: a bad plugin must fail its own check and no other.

    judge.py GLIA LIBRARY CHECK-ID     the whole kit on one bad plugin
    judge.py GLIA --folders FOLDER     every check has a folder, every folder a check
"""
import json
import subprocess
import sys
from pathlib import Path


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError:
        sys.exit(f"{' '.join(command)}: code {done.returncode}\n{done.stdout}{done.stderr}")


def judge(glia, library, check):
    code, report = run(glia, "plugin", "check", library, "--json", "--strict")
    bad = [c for c in report["checks"] if c["status"] not in ("passed", "skipped", "unseen")]
    for c in bad:
        print(f"{c['status']}: {c['id']}: {c['detail']}")
    if [c["id"] for c in bad] != [check] or code != 1 or report["ok"]:
        sys.exit(f"wanted: only {check} fails, exit code 1 (was {code})")
    if not bad[0]["detail"] or "--only " + check not in bad[0]["repeat"]:
        sys.exit("a failure must say what is wrong and how to repeat it")


def compare(glia, folder):
    _, checks = run(glia, "plugin", "check", "--list", "--json")
    ids = {c["id"] for c in checks}
    folders = {path.name for path in Path(folder).iterdir() if path.is_dir()}
    for name in sorted(ids - folders):
        print(f"the check {name} has no bad plugin in tests/conformance/bad/{name}/")
    for name in sorted(folders - ids):
        print(f"tests/conformance/bad/{name}/ belongs to no check")
    if len(ids) < 30 or len(ids) != len(checks) or ids != folders:
        sys.exit(f"{len(checks)} checks, {len(folders)} bad plugins")
    print(f"{len(ids)} checks, each with its bad plugin")


if __name__ == "__main__":
    compare(sys.argv[1], sys.argv[3]) if sys.argv[2] == "--folders" else judge(*sys.argv[1:4])
