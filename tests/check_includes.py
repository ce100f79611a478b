#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads every #include of framework/, plugins/ and sdk/ and fails on an arrow that is not allowed.

    check_includes.py [ROOT]       checks the tree; prints file:line and the rule for each offence
    check_includes.py --self-test  checks the checker: every rule must bite on a small bad tree
"""
import re
import sys
from pathlib import Path

from tree_check import main

# A component may include those of lower rank, itself, and nothing else.
RANKS = {"cli": 7, "compile": 6, "picture": 6, "serve": 6, "sweep": 5, "report": 5, "check": 5, "apply": 5, "policy": 5,
         "train": 4, "graph": 3, "results": 2, "wave": 2, "plugin": 2, "config": 2, "core": 1}
ORDER = ("cli -> {compile, picture, serve} -> {sweep, report, check, apply, policy} -> train -> {graph, results} -> "
         "{wave, plugin, config} -> core -> sdk")

# Libraries that one component hides from all others.
KEPT = [
    ("toml++", re.compile(r"^toml(\+\+|plusplus|\.h)"), "framework/config"),
    ("Boost.DLL", re.compile(r"^boost/dll"), "framework/plugin"),
    ("Boost.Beast", re.compile(r"^boost/(asio|beast)"), "framework/serve"),
    ("TBB", re.compile(r"^(oneapi/)?tbb(/|\.h)"), "framework/graph"),
    ("curl", re.compile(r"^curl/"), "framework/core"),
    ("SQLite", re.compile(r"^(sqlite3|SQLiteCpp/|sqlite_modern_cpp)"), "framework/sweep"),
    ("spdlog", re.compile(r"^spdlog/"), "framework/core"),
]
LIBTORCH = re.compile(r"^(ATen|c10|torch)/")
TORCH_ALL = re.compile(r"^torch/(torch|all)\.h$|^torch/csrc/api/include/torch/(torch|all)\.h$")
STANDARD = re.compile(r"^[a-z_0-9]+$")  # <vector>, <cstdint>: no folder, no ending
# What the standard library lacks and every POSIX system has: files mapped into memory, patterns of names.
POSIX_FILES = re.compile(r"^(fcntl|fnmatch|unistd|sys/mman|sys/stat|sys/types)\.h$")

# Headers that come with what a plugin's libraries.cmake may link.
LIBRARY_HEADERS = {"ZLIB::ZLIB": re.compile(r"^zlib\.h$"),
                   "hwy::hwy": re.compile(r"^hwy/"),
                   "glia_onednn": re.compile(r"^oneapi/dnnl/")}

SOURCES = {".hpp", ".cpp", ".h", ".cc", ".cxx", ".hxx", ".ipp", ".in"}
INCLUDE = re.compile(r"^\s*#\s*include(?:_next)?\s*(.*)$")
NAME = re.compile(r'^(?:"([^"]+)"|<([^>]+)>)')
# What the framework calls in few places only: (pattern, those places, why).
CALLS = [
    # The second reads what Slurm sets for its tasks.
    (re.compile(r"\bgetenv\("), ("framework/core/variable.cpp", "framework/sweep/slurm_task.cpp"),
     "variables are declared in core/variable.hpp and read by value_of, so that the manual has them all"),
    (re.compile(r"\b[jJ]son::parse\(|_json::parse\(|(\.|->)dump\("), ("framework/core/json_text.cpp",),
     "JSON is read and written by core/json_text.hpp, which limits what is read and is compiled once"),
]


class Checker:
    def __init__(self, root):
        self.root = Path(root)
        self.offences = []
        self.includes = 0

    def run(self):
        for top in ("framework", "plugins", "sdk"):
            for path in sorted((self.root / top).rglob("*")):
                if path.is_file():
                    self.read(path)
        return self.offences

    def read(self, path):
        if path.suffix not in SOURCES:
            return
        place = path.relative_to(self.root)
        lines = path.read_text(encoding="utf-8").splitlines()
        calls = [call for call in CALLS if place.parts[0] == "framework" and str(place) not in call[1]]
        for number, line in enumerate(lines, 1):
            for pattern, _, rule in calls:
                if pattern.search(line):
                    self.offences.append(f"{place}:{number}: {rule}")
        for number, line in enumerate(lines, 1):
            if match := INCLUDE.match(line):
                self.includes += 1
                for rule in self.broken_rules(place, match[1]):
                    self.offences.append(f"{place}:{number}: {line.strip()}: {rule}")

    def broken_rules(self, place, text):
        name = NAME.match(text)
        if not name:
            yield "an include names its file, not a macro"
            return
        quoted, header = name[1] is not None, name[1] or name[2]
        if ".." in header.split("/") or header.startswith("/"):
            yield "an include neither climbs out of its folder nor starts at the root"
            return
        if TORCH_ALL.match(header):
            yield "torch/torch.h costs every file 20 seconds: include ATen/ATen.h or less"
        for library, pattern, home in KEPT:
            if pattern.match(header) and home not in map(str, place.parents):
                yield f"{library} is used in {home} only"
        rule = {"framework": self.of_framework, "plugins": self.of_plugin, "sdk": self.of_sdk}
        if broken := rule[place.parts[0]](place, quoted, header):
            yield broken

    def of_framework(self, place, quoted, header):
        component, target = place.parts[1], header.split("/")[0]
        if component not in RANKS:
            return f"component '{component}' has no place in {ORDER}"
        if self.is_framework(header):
            if target == component or RANKS[target] < RANKS[component]:
                return None
            return f"{component} must not include {target}: {ORDER}"
        if quoted:
            return "a quoted include is a file of framework/, written \"component/file.hpp\""
        return None

    def of_plugin(self, place, quoted, header):
        if len(place.parts) < 4:
            return "a plugin lives in plugins/<kind>/<name>/"
        folder = self.root.joinpath(*place.parts[:3])
        if quoted:
            if (self.root / place.parent / header).is_file() or (folder / header).is_file():
                return None
            return "a quoted include of a plugin is a file of its own folder"
        if header.startswith("glia/sdk/"):
            return None
        if any(kind.match(header) for kind in (STANDARD, POSIX_FILES, LIBTORCH)):
            return None
        if any(pattern.match(header) for pattern in self.linked(folder)):
            return None
        return ("a plugin includes <glia/sdk/...>, its own folder, the standard library, LibTorch and "
                "what its libraries.cmake links")

    def of_sdk(self, place, quoted, header):
        if self.is_framework(header):
            return "the sdk includes nothing of framework/"
        # Its own code sees its own folder, Highway for kernels and fmt for messages.
        if place.parts[1] == "src" and ((self.root / place.parent / header).is_file() if quoted
                                        else header.startswith(("hwy/", "fmt/"))):
            return None
        if quoted or not (header.startswith("glia/sdk/") or STANDARD.match(header)
                          or LIBTORCH.match(header)):
            return "the sdk includes <glia/sdk/...>, the standard library and LibTorch"
        return None

    def is_framework(self, header):
        return "/" in header and (header.split("/")[0] in RANKS
                                  or (self.root / "framework" / header).is_file())

    @staticmethod
    def linked(folder):
        """Patterns of the headers of the libraries that libraries.cmake links."""
        path = folder / "libraries.cmake"
        if not path.is_file():
            return []
        words = re.findall(r"[\w:+.-]+", re.sub(r"#.*", "", path.read_text(encoding="utf-8")))
        return [LIBRARY_HEADERS[word] for word in words if word in LIBRARY_HEADERS]


def cases():
    """(files, text of the only offence, or None for a tree that is in order)."""
    for source in RANKS:
        for target in RANKS:
            allowed = source == target or RANKS[target] < RANKS[source]
            for form in (f'"{target}/b.hpp"', f"<{target}/b.hpp>"):
                yield ({f"framework/{source}/a.cpp": f"\n#include {form}\n",
                        f"framework/{target}/b.hpp": ""},
                       None if allowed else f"framework/{source}/a.cpp:2: #include {form}: "
                                            f"{source} must not include {target}: ")
        yield {f"framework/{source}/a.cpp": "#include <glia/sdk/error.hpp>\n#include <map>\n"}, None
        yield ({"sdk/include/glia/sdk/a.hpp": f"#include <{source}/b.hpp>\n"},
               "a.hpp:1: #include <" + source + "/b.hpp>: the sdk includes nothing of framework/")
    homes = {"toml++/toml.h": "config", "toml++/toml.hpp": "config", "toml.hpp": "config",
             "boost/dll/shared_library.hpp": "plugin", "boost/dll.hpp": "plugin",
             "boost/asio/post.hpp": "serve", "boost/beast.hpp": "serve", "oneapi/tbb/flow_graph.h": "graph", "tbb/tbb.h": "graph", "oneapi/tbb.h": "graph",
             "curl/curl.h": "core", "spdlog/spdlog.h": "core", "sqlite3.h": "sweep", "SQLiteCpp/SQLiteCpp.h": "sweep"}
    for header, home in homes.items():
        for component in RANKS:
            yield ({f"framework/{component}/a.cpp": f"#include <{header}>\n"},
                   f"a.cpp:1: #include <{header}>: " if component != home else None)
    for header in ("torch/torch.h", "torch/all.h", "torch/csrc/api/include/torch/torch.h"):
        for path in ("framework/wave/a.cpp", "plugins/heads/x/a.cpp", "sdk/include/glia/sdk/a.hpp"):
            yield {path: f"#include <{header}>\n"}, f"{path}:1: #include <{header}>: torch/torch.h"
    plugin = "plugins/waves/x/a.cpp"
    mine = "a quoted include of a plugin is a file of its own folder"
    foreign = "a plugin includes <glia/sdk/...>, its own folder, the standard library, LibTorch"
    climbs = "an include neither climbs out of its folder"
    yield {plugin: '#include <ATen/ATen.h>\n#include <cmath>\n#include <fcntl.h>\n#include "b.hpp"\n',
           "plugins/waves/x/b.hpp": "#include <glia/sdk/plugin.hpp>\n"}, None
    yield {plugin: '#include "b.hpp"\n'}, mine
    yield {plugin: '#include "../y/b.hpp"\n', "plugins/waves/y/b.hpp": ""}, climbs
    yield {plugin: '#include "wave/b.hpp"\n', "framework/wave/b.hpp": ""}, mine
    yield {plugin: "#include <wave/b.hpp>\n", "framework/wave/b.hpp": ""}, foreign
    yield {plugin: "#include <nlohmann/json.hpp>\n"}, foreign
    yield {plugin: "#include <zlib.h>\n"}, foreign
    yield {plugin: "#include <zlib.h>\n", "plugins/waves/x/libraries.cmake": "# ZLIB::ZLIB\n"}, foreign
    yield {plugin: "#include <zlib.h>\n", "plugins/waves/x/libraries.cmake":
           "target_link_libraries(plugin_x PRIVATE ZLIB::ZLIB)\n"}, None
    yield {"plugins/a.cpp": "#include <map>\n"}, "a plugin lives in plugins/<kind>/<name>/"
    yield {"sdk/include/glia/sdk/a.hpp": "#include <nlohmann/json.hpp>\n"}, "the sdk includes <glia/sdk"
    yield {"sdk/include/glia/sdk/a.hpp": '#include "b.hpp"\n'}, "the sdk includes <glia/sdk"
    yield {"framework/core/a.cpp": '#include "a.hpp"\n', "framework/core/a.hpp": ""}, "a quoted include"
    yield {"framework/core/a.cpp": '#include "../graph/a.hpp"\n'}, climbs
    yield {"framework/core/a.cpp": "# include HEADER\n"}, "names its file, not a macro"
    yield {"framework/magic/a.cpp": "#include <map>\n"}, "component 'magic' has no place in"
    yield {"framework/core/a.cpp": 'x = std::getenv("A");\n'}, "a.cpp:1: variables are declared"
    yield {"framework/core/variable.cpp": 'x = std::getenv("A");\n'}, None
    for line in ("json::parse(text);", "nlohmann::ordered_json::parse(text);", "Json::parse(text);", "json.dump(2);", "it->dump();"):
        yield {"framework/report/a.cpp": line + "\n"}, "a.cpp:1: JSON is read and written by core/json_text.hpp"
        yield {"framework/core/json_text.cpp": line + "\n", "plugins/heads/x/a.cpp": line + "\n"}, None
    yield {"framework/report/a.cpp": "json::parse_event_t::key; dump(text);\n"}, None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], "check_includes", Checker, cases, "includes"))
