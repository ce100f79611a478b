#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a guide as its reader would: in an empty folder, with an installed copy.

    run.py PREFIX GUIDE.md

```sh            commands, which must succeed (```sh fails: which must not)
```LANGUAGE FILE a file to write
```diff FILE     an edit: lines with ' ' and '-' are looked for, and replaced by those with ' ' and '+'
```text          every line of it has to occur in what the last commands printed
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


def edit(text, change):
    lines = change.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    if text.count(old) != 1:
        sys.exit(f"the edit fits {text.count(old)} places:\n{change}in\n{text}")
    return text.replace(old, new)


def main(prefix, guide):
    blocks = BLOCK.findall(Path(guide).read_text())
    ran = 0
    with tempfile.TemporaryDirectory(prefix="glia-guide-") as folder:
        os.chmod(folder, 0o755)
        env = dict(os.environ, PATH=f"{prefix}/bin:{os.environ['PATH']}", CMAKE_PREFIX_PATH=prefix,
                   XDG_CACHE_HOME=f"{folder}/.cache", HOME=folder, GLIA_PLUGIN_PATH="")
        here, said = folder, ""
        for language, name, body in blocks:
            if language == "sh":
                done = subprocess.run(["bash", "-e", "-c", body + "\npwd > $HOME/.here"], cwd=here, env=env,
                                      text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                said = done.stdout
                print(f"$ {body}{said}")
                if (done.returncode != 0) != (name == "fails"):
                    sys.exit(f"code {done.returncode}")
                if done.returncode == 0:
                    here = Path(folder, ".here").read_text().strip()
                ran += 1
            elif language == "text":
                for line in body.splitlines():
                    if line.strip() not in said:
                        sys.exit(f"the guide promises: {line}")
            elif language == "diff":
                path = Path(folder, name)
                path.write_text(edit(path.read_text(), body))
            elif name:
                Path(folder, name).write_text(body)
    if not ran:
        sys.exit("the guide has no commands")


if __name__ == "__main__":
    main(*sys.argv[1:])
