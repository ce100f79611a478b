#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tidy.py BUILD RUN_CLANG_TIDY [WORD...]: clang-tidy over framework, plugins and sdk, with .clang-tidy of the source.

Asks for what GCC compiles without what only GCC knows: its precompiled headers, its parameters. Files that are
compiled together are looked at together. WORDS: only units whose path or command has one of them, as a component.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

OURS = re.compile(r"/(framework|plugins)/CMakeFiles/(glia|plugin)_\w+\.dir/Unity/|/(framework|plugins|sdk)/[^.]*\.cpp$")
ONLY_GCC = re.compile(r" (-include \S*cmake_pch\.hxx|-Winvalid-pch|--param \S+|-Wno-restrict)(?= )")
# GCC's pragmas, and what clang needs to get through LibTorch's headers.
VECTOR = Path(__file__).resolve().parent.parent / "fuzz/clang_vector.hpp"
FOR_CLANG = f" -Wno-unknown-pragmas -include {VECTOR}"


def units(build, words):
    found = []
    for unit in json.loads(Path(build, "compile_commands.json").read_text()):
        path = unit["file"]
        made = re.search(r" -o (\S+)", unit["command"])[1]
        if not OURS.search(path) or made.startswith("tests/") or "_pch.dir" in made:
            continue
        if words and not any(f"/{word}/" in path or f"_{word}.dir" in path for word in words):
            continue
        found.append({"directory": unit["directory"], "file": path, "command": ONLY_GCC.sub("", unit["command"]) + FOR_CLANG})
    return found


def main(build, runner, *words):
    found = units(build, words)
    if not found:
        print("tidy: no unit has these words")
        return 1
    folder = Path(build, "tidy")
    folder.mkdir(exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(found))
    print(f"tidy: {len(found)} units")
    return subprocess.run([runner, "-quiet", "-j", str(os.cpu_count()), "-p", str(folder)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
