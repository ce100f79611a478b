#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Uses an installed copy as its user does.

    try.py PREFIX example NAME | new KIND [--general] | pkg-config | refusals | shell | security |
                  deb BUILD-FOLDER CPACK
"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


class Try:
    def __init__(self, prefix, folder):
        self.prefix, self.folder = Path(prefix), Path(folder)
        self.env = dict(os.environ, XDG_CACHE_HOME=str(self.folder / "cache"), GLIA_PLUGIN_PATH="",
                        CMAKE_PREFIX_PATH=str(prefix), PATH=f"{prefix}/bin:{os.environ['PATH']}")

    def run(self, *words, code=0, cwd=None, env=None):
        """The output of a command that must end with this exit code."""
        done = subprocess.run([str(w) for w in words], cwd=cwd or self.folder, text=True,
                              env=dict(self.env, **(env or {})), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode != code:
            sys.exit(f"{shlex.join(map(str, words))}: code {done.returncode}, wanted {code}\n{done.stdout}")
        return done.stdout

    def expect(self, holds, what):
        if not holds:
            sys.exit(f"does not hold: {what}")

    def build_and_check(self, folder, name):
        """Builds quietly, runs both tests; the kit must have nothing to say, not even a warning."""
        out = self.run("cmake", "-B", "build", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Werror",
                       cwd=folder)
        out = self.run("cmake", "--build", "build", cwd=folder)
        self.expect("warning" not in out, f"no warnings:\n{out}")
        out = self.run("ctest", "--test-dir", "build", "--output-on-failure", cwd=folder)
        self.expect("2 tests passed" in out or "0 tests failed out of 2" in out, out)
        library = folder / f"build/{name}.so"
        out = self.run("glia", "plugin", "check", library, "--strict")
        self.expect(" checks passed" in out and "warning" not in out, out)
        return library

    def example(self, name):
        folder = self.folder / name
        shutil.copytree(self.prefix / "share/glia/examples" / name, folder)
        library = self.build_and_check(folder, name)
        self.expect(name in self.run("glia", "plugin", "inspect", library), "it is shown")

    def new(self, kind, *flags):
        out = self.run("glia", "plugin", "new", f"{kind}/my_first", *flags)
        self.expect("made my_first/" in out, out)
        folder = self.folder / "my_first"
        names = sorted(p.name for p in folder.iterdir())
        self.expect(names == ["CMakeLists.txt", "README.md", "my_first.cpp", "my_first.toml",
                              "my_first_test.cpp"], names)
        for path in folder.iterdir():
            self.expect("@" not in path.read_text().replace("@example", ""), f"{path}: a mark is left")
        self.build_and_check(folder, "my_first")
        out = self.run("glia", "--plugin-path", "build", "validate", "my_first.toml", cwd=folder)
        self.expect("ok" in out, out)

    def pkg_config(self):
        source = self.prefix / "share/glia/examples/drift/drift.cpp"
        env = {"PKG_CONFIG_PATH": str(self.prefix / "lib/pkgconfig")}
        cflags = shlex.split(self.run("pkg-config", "--cflags", "glia", env=env))
        libs = shlex.split(self.run("pkg-config", "--libs", "glia", env=env))
        self.run("g++", "-shared", "-fPIC", *cflags, source, "-o", "drift.so", *libs)
        self.expect("wave layer 'drift'" in self.run("glia", "plugin", "inspect", "./drift.so"), "shown")
        folder = self.run("pkg-config", "--variable=plugindir", "glia", env=env).strip()
        self.expect(Path(folder, "slide.so").exists(), folder)

    def refusals(self):
        for name, words in {"wave/Leaky": "lower-case", "wave/": "lower-case", "leaky": "wave/leaky",
                            "wav/leaky": "did you mean 'wave'", "wave/slide": "already",
                            "wave/a/b": "lower-case", "wave/../x": "lower-case"}.items():
            out = self.run("glia", "plugin", "new", name, code=2)
            self.expect(words in out and "error" in out, f"{name}: {out}")
        self.expect(list(self.folder.iterdir()) == [self.folder / "cache"], "nothing was made")
        self.run("glia", "plugin", "new", "wave/leaky")
        marked = self.folder / "leaky/leaky.cpp"
        marked.write_text("mine")
        out = self.run("glia", "plugin", "new", "wave/leaky", code=2)
        self.expect("exists already" in out and marked.read_text() == "mine", out)
        self.run("glia", "plugin", "new", "head/leaky2", "--general", code=2)
        out = self.run("glia", "validate", "pipelines/quickstart.toml", code=2)
        along = self.prefix / "share/glia/pipelines/quickstart.toml"
        self.expect(f"it came along: {along}" in out, out)

    def shell(self):
        manual = (self.prefix / "share/man/man1/glia.1").read_text()
        for command in ("plugin check", "plugin new", "schema", "doctor", "run", "sweep"):
            self.expect(f".SS glia {command}" in manual, f"the manual knows {command}")
        readme = next(self.prefix.glob("share/doc/*/README.md")).read_text()
        self.links()
        text = manual.replace("\\-", "-").replace("\\&", "")
        for heading, rows in (("ENVIRONMENT", r"\| `([A-Z_]+)` \| (.*) \|"),
                              ("EXIT STATUS", r"\| ([0-9, ]+) \| (.*) \|")):
            page = re.search(r"\.SH " + heading + r"\n((?:(?!\.SH).*\n)+)", text)[1]
            said = re.findall(r"\.TP\n\.B (.*)\n(.*)\n", page)
            self.expect(len(said) > 5 and said == re.findall(rows, readme),
                        f"manual and readme agree on {heading}: {said}")
        script = self.prefix / "share/bash-completion/completions/glia"
        ask = (f". {script}; COMP_WORDS=(glia plugin ch); COMP_CWORD=2; _glia; "
               'echo "${COMPREPLY[@]}"')
        self.expect(self.run("bash", "-c", ask).split()[:1] == ["check"], "bash completes 'ch'")
        ask = ask.replace("(glia plugin ch)", "(glia plugin inspect sli)").replace("CWORD=2", "CWORD=3")
        self.expect("slide" in self.run("bash", "-c", ask).split(), "bash completes an id")
        report = json.loads(self.run("glia", "doctor", "--json"))
        self.expect(report["ok"] and report["facts"]["plugins"] >= 8, report)
        self.expect(report["facts"]["BLAS"] and report["facts"]["OpenMP"], report)

    def security(self):
        """Plugins come from named folders only, and not from those that others can change."""
        folder = self.folder / "open"
        folder.mkdir()
        shutil.copy(self.prefix / "lib/glia/plugins/slide.so", folder / "zz_other.so")
        found = json.loads(self.run("glia", "plugin", "list", "--json", cwd=folder))
        self.expect(str(folder) not in json.dumps(found), "the current folder is not searched")
        folder.chmod(0o777)
        found = json.loads(self.run("glia", "plugin", "list", "--json", "--plugin-path", folder))
        reasons = {r["file"]: r["reason"] for r in found["refused"]}
        self.expect("every user" in reasons.get(str(folder), ""), reasons)
        folder.chmod(0o755)
        (folder / "zz_other.so").chmod(0o666)
        found = json.loads(self.run("glia", "plugin", "list", "--json", "--plugin-path", folder))
        self.expect("every user" in json.dumps(found["refused"]), found["refused"])
        if os.geteuid() == 0:
            (folder / "zz_other.so").chmod(0o644)
            os.chown(folder / "zz_other.so", 12345, 12345)
            found = json.loads(self.run("glia", "plugin", "list", "--json", "--plugin-path", folder))
            self.expect("another user" in json.dumps(found["refused"]), found["refused"])

    def links(self):
        """What the installed pages point to is there."""
        pages = [*self.prefix.glob("share/doc/*/**/*.md"), *self.prefix.glob("share/glia/pipelines/**/*.md")]
        self.expect(len(pages) > 20, pages)
        for page in pages:
            text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
            for link in re.findall(r"\]\(([^)\s#]+)[^)]*\)", text):
                if not re.match("[a-z]+:", link):
                    self.expect((page.parent / link).exists(), f"{page} points to {link}")

    def deb(self, build, cpack):
        self.run(cpack, "--config", f"{build}/CPackConfig.cmake", "-B", self.folder / "package")
        package, = (self.folder / "package").glob("glia_*.deb")
        fields = self.run("dpkg-deb", "-f", package)
        self.expect("libtorch" in fields and "libtbb" in fields, f"the package needs them\n{fields}")
        self.run("dpkg-deb", "-x", package, "root")
        out = self.run("root/usr/bin/glia", "plugin", "list")
        self.expect("slide" in out.split(), f"slide is among the packaged plugins\n{out}")
        for path in ("share/man/man1/glia.1.gz", "include/glia/sdk/plugin.hpp", "lib/pkgconfig/glia.pc",
                     "lib/cmake/glia/gliaConfig.cmake", "share/doc/glia/README.md"):
            here = self.folder / "root/usr" / path
            self.expect(here.exists() or here.with_suffix("").exists(), path)


def main(prefix, what, *rest):
    with tempfile.TemporaryDirectory(prefix="glia-install-") as folder:
        os.chmod(folder, 0o755)
        getattr(Try(prefix, os.path.realpath(folder)), what.replace("-", "_"))(*rest)
    print("ok")


if __name__ == "__main__":
    main(*sys.argv[1:])
