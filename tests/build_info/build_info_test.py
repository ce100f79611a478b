#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""build_info_test.py CMAKE FOLDER: what FOLDER/build_info.cmake writes of a repository as it changes.

The engine decides whether cached encoders and latents still hold: it is to change with the sources
that numbers come from, and with nothing else."""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

cmake, scripts = sys.argv[1], Path(sys.argv[2])


def git(repository, *words):
    subprocess.run(["git", "-C", repository, "-c", "user.name=Test", "-c", "user.email=test@example.org",
                    *words], check=True, capture_output=True)


def info(repository):
    """Commit, whether it is dirty, engine."""
    written = repository.parent / "build_info.cpp"
    subprocess.run([cmake, f"-DOUTPUT={written}", f"-DSOURCE={repository}", "-DVERSION=1.2.3", "-P",
                    scripts / "build_info.cmake"], check=True)
    found = re.search(r'"1\.2\.3",\s*"(.*?)",\s*(\w+),\s*"(.*?)"', written.read_text())
    return found[1], found[2] == "true", found[3]


def change(repository, name, text):
    (repository / name).parent.mkdir(parents=True, exist_ok=True)
    (repository / name).write_text(text)


def commit(repository):
    git(repository, "add", "--all")
    git(repository, "commit", "-m", "x")
    return info(repository)


def main():
    with tempfile.TemporaryDirectory() as place:
        repository = Path(place) / "source"
        repository.mkdir()
        assert info(repository) == ("", False, ""), "no checkout: nothing is claimed"
        git(repository, "init")
        for name in ("CMakeLists.txt", "framework/CMakeLists.txt", "framework/core/a", "framework/graph/a",
                     "framework/train/a", "framework/wave/a", "framework/cli/a", "sdk/include/a", "sdk/src/a",
                     "docs/a"):
            change(repository, name, name)
        first = commit(repository)
        assert re.fullmatch("[0-9a-f]{40}", first[0]) and not first[1]
        assert re.fullmatch("[0-9a-f]{16}", first[2])

        change(repository, "docs/a", "better")
        assert info(repository) == (first[0], True, first[2]), "words are no engine"
        change(repository, "framework/cli/a", "more")
        second = commit(repository)
        assert second[0] != first[0] and second[1:] == first[1:], "nor are commands"

        change(repository, "framework/wave/a", "faster")
        assert info(repository) == (second[0], True, ""), "changed and not committed: unknown"
        third = commit(repository)
        assert third[2] not in ("", second[2]), "another engine"
        change(repository, "framework/wave/b", "new")
        assert info(repository)[2] == "", "a new file takes part in the build before git knows it"
    print("ok")


main()
