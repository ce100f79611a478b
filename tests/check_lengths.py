#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts lines of files and of functions in framework/, plugins/, sdk/ and tests/, and fails on what is too long.

    check_lengths.py [ROOT]       checks the tree; prints file:line and how long it is
    check_lengths.py --self-test  checks the checker, on small trees that are just right and a line too long
"""
import ast
import re
import sys
from pathlib import Path

from tree_check import main

MOST_LINES = 400
MOST_LINES_OF_FUNCTION = 60
CODE = {".hpp", ".cpp", ".h", ".cc", ".cxx", ".hxx", ".ipp", ".in"}
SOURCES = CODE | {".py", ".sh", ".mjs", ".cmake"}  # of tests, where data lie beside them
RAW_TEXT = re.compile(r'R"(\w*)\((.*?)\)\1"', re.DOTALL)
NO_FUNCTION = re.compile(r"(namespace|class|struct|enum|union|extern|if|for|while|switch|else|do|try|catch)\b")


class Checker:
    def __init__(self, root):
        self.root = Path(root)
        self.offences = []
        self.files = 0

    def run(self):
        for top in ("framework", "plugins", "sdk", "tests"):
            for path in sorted((self.root / top).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    self.read(path)
        return self.offences

    def read(self, path):
        place = path.relative_to(self.root)
        is_source = path.suffix in SOURCES or path.name == "CMakeLists.txt"
        if place.parts[0] == "tests" and not is_source:
            return
        self.files += 1
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        if len(lines) > MOST_LINES:
            self.offences.append(f"{place}:{MOST_LINES + 1}: a file has at most {MOST_LINES} lines, "
                                 f"this one {len(lines)}: split it")
        functions = (functions_of_code(without_raw_texts(text).splitlines()) if path.suffix in CODE
                     else functions_of_python(text) if path.suffix == ".py" else [])
        for first, length in functions:
            if length > MOST_LINES_OF_FUNCTION:
                self.offences.append(f"{place}:{first}: a function has at most {MOST_LINES_OF_FUNCTION} "
                                     f"lines, this one {length}: split it")


def without_raw_texts(text):
    """What a file quotes is none of its code; its lines stay, and what follows it stands far to the right."""
    return RAW_TEXT.sub(lambda found: "\n" * found[0].count("\n") + " " * 100, text)


def functions_of_code(lines):
    """(first line, lines) of each. Formatted code ends a body with a "}" below the beginning of the statement that it
    belongs to; a test case is a function too."""
    begun = {}
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith(("//", "#")):
            continue
        indentation = len(line) - len(line.lstrip())
        if text == "}" and indentation in begun:
            first, head = begun[indentation]
            if "(" in head and not NO_FUNCTION.match(head):
                yield first, number - first + 1
        elif not text.startswith(("}", ": ")):
            begun[indentation] = (number, text)


def functions_of_python(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno + 1


def cases():
    """(files, text of the only offence, or None for a tree that is in order)."""
    for top in ("framework/core/a.cpp", "plugins/waves/x/a.cpp", "sdk/cmake/A.cmake", "framework/cli/a.txt",
                "tests/unit/core/a.cpp", "tests/serve/a.py", "tests/apply/a.mjs", "tests/CMakeLists.txt"):
        yield {top: "\n" * 400}, None
        yield {top: "\n" * 401}, f"{top}:401: a file has at most 400 lines"
    yield {"tests/golden/a.json": "\n" * 401}, None
    for head, limited in (("int f(int x) {", True), ("  int f(\n      int x) {", True),
                          ("A::A(int x)\n    : x_(x) {", True), ("TEST_CASE(\"one\") {", True),
                          ("namespace a {", False), ("class B : public C<int(int)> {", False)):
        indentation = " " * (len(head) - len(head.lstrip()))
        heads = head.count("\n") + 1
        for top in ("framework/core/a.cpp", "tests/unit/core/a.cpp"):
            for length in (60, 61):
                body = "\n".join([head] + ["    ++x;"] * (length - heads - 1) + [indentation + "}", ""])
                yield {top: body}, (f"{top}:1: a function has at most 60 lines, this one 61"
                                    if limited and length > 60 else None)
    quoted = "\n".join(['const char* const json = R"json({'] + ["    1"] * 70 + ["}", ')json";', ""])
    yield {"tests/unit/core/a.cpp": quoted}, None
    body = "\n".join(["void f() {", '  g(R"({'] + ["    1"] * 57 + ['})");', "}", ""])
    yield {"tests/unit/core/a.cpp": body}, "a.cpp:1: a function has at most 60 lines, this one 61"
    for length in (60, 61):
        body = "\n".join(["class A:", "    def f(self):"] + ["        self.x = 1"] * (length - 1) + [""])
        yield {"tests/serve/a.py": body}, ("a.py:2: a function has at most 60 lines, this one 61" if length > 60 else None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], "check_lengths", Checker, cases, "files"))
