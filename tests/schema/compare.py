#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Two readers of one declaration must not drift: whatever the editor's schema says of a pipeline file,
`glia validate` must say too.

    compare.py GLIA PIPELINE-FOLDER
"""
import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import jsonschema

GOOD = """
[pipeline]
name = "base"
seed = 3
[dataset.d]
plugin = "fashion"
train_limit = 100
[encoder.e]
plugin = "vae"
input = "d"
z_features = 14
latent = "mean"
train = { epochs = 2, learning_rate = 1e-3, optimizer = "sgd" }
[network.n]
input = "e"
narrow_to = 10
pattern = [{ wave = "gather", boundary = "open" }, { wave = "slide" }, { activation = "elu" }]
defaults = { bias = "none" }
[network.m]
input = "e"
pattern = [{ wave = "linear", width = 10 }]
[head.h]
plugin = "classifier"
input = "n"
train = { epochs = 1 }
"""

# (what is changed, into what, whether the file is still right). What needs to look at two places at
# once (names of inputs, widths, rules) is not the schema's business and not here.
CASES = [
    ("", "", True),
    ("seed = 3", "seed = 0", True),
    ("seed = 3", "seed = -1", False),
    ("seed = 3", "seed = 1.5", False),
    ("seed = 3", 'seed = "3"', False),
    ("seed = 3", "sed = 3", False),
    ('name = "base"', "name = 7", False),
    ("[pipeline]", "[pipelines]", False),
    ("[dataset.d]", "[dataset]", False),
    ("[dataset.d]", '[dataset."d d"]', False),
    ('plugin = "fashion"', 'plugin = "fashon"', False),
    ('plugin = "fashion"', "", False),
    ('plugin = "fashion"', 'plugin = "vae"', False),
    ("train_limit = 100", "train_limit = 0", True),
    ("train_limit = 100", "train_limit = -1", False),
    ("train_limit = 100", "train_limit = true", False),
    ("train_limit = 100", "train_limits = 1", False),
    ("z_features = 14", "z_features = 0", False),
    ("z_features = 14", "z_features = [14]", False),
    ('latent = "mean"', 'latent = "median"', False),
    ('latent = "mean"', "hidden = 10", True),
    ('input = "d"', "input = 1", False),
    ('input = "d"', "", False),
    ("learning_rate = 1e-3", "learning_rate = 1", True),
    ("learning_rate = 1e-3", "learning_rate = 0", False),
    ("learning_rate = 1e-3", 'learning_rate = "fast"', False),
    ("train = { epochs = 2,", "train = { epochs = 0,", False),
    ("train = { epochs = 2,", "train = { epoch = 2,", False),
    ('optimizer = "sgd"', 'optimizer = "lion"', False),
    ("narrow_to = 10", "narrow_to = 0", False),
    ("narrow_to = 10", "narrow_to = 10\nrepeat = 2", False),
    ("narrow_to = 10", "keep_last_activation = true\nnarrow_to = 10", True),
    ("narrow_to = 10", "keep_last_activation = 1\nnarrow_to = 10", False),
    ('boundary = "open"', 'boundary = "opne"', False),
    ('boundary = "open"', "border = 1", False),
    ('{ wave = "slide" }', '{ wave = "glide" }', False),
    ('{ wave = "slide" }', '{ wave = "slide", activation = "elu" }', False),
    ('{ wave = "slide" }', "{ }", False),
    ('{ wave = "slide" }', '"slide"', False),
    ('{ wave = "slide" }', '{ pattern = [{ wave = "slide" }], repeat = 2 }', True),
    ('{ wave = "slide" }', '{ pattern = [{ wave = "slide" }], repeat = 0 }', False),
    ('{ wave = "slide" }', '{ pattern = [], repeat = 2 }', False),
    ('{ wave = "slide" }', '{ wave = "slide", repeat = 2 }', False),
    ('{ wave = "slide" }', '{ wave = "linear" }', False),
    ('{ activation = "elu" }', '{ activation = "elus" }', False),
    ('defaults = { bias = "none" }', 'defaults = { bias = "none!" }', False),
    ('defaults = { bias = "none" }', "defaults = { beard = 1 }", False),
    ('[head.h]\nplugin = "classifier"\ninput = "n"\ntrain = { epochs = 1 }', "", False),
    ('input = "n"', 'input = ["n", "m"]\njoin = "add"\n', True),
    ('input = "n"', 'input = ["n", "m"]\njoin = "sum"\n', False),
    ('input = "n"', 'input = ["n"]', False),
    ('input = "n"', 'input = ["n", "n"]\njoin = "add"\n', False),
    ("train = { epochs = 1 }", "[training.t]\nheads = ['h']", True),
    ("train = { epochs = 1 }", "[training.t]\nheads = ['h']\nweights = [2]", True),
    ("train = { epochs = 1 }", "[training.t]\nheads = 'h'", False),
    ("train = { epochs = 1 }", "[training.t]\nhead = ['h']", False),
    ("train = { epochs = 1 }", "[training.t]\nheads = ['h']\nweights = [0]", False),
    ("train = { epochs = 1 }", "[training.t]\nheads = ['h']\ntrain = { epoch = 1 }", False),
    ("[head.h]", "[sweep]\nretries = -1\n[head.h]", False),
    ("[head.h]", "[sweep]\nseeds = 3\nretries = 2\n[head.h]", True),
    ("[head.h]", "[sweep]\nseed = 3\n[head.h]", False),
]


def verdicts(glia, validator, path):
    by_schema = validator.is_valid(tomllib.loads(path.read_text()))
    done = subprocess.run([glia, "validate", path], capture_output=True, text=True)
    if done.returncode not in (0, 2):
        sys.exit(f"glia validate {path}: code {done.returncode}\n{done.stderr}")
    return by_schema, done.returncode == 0, done.stderr


def main(glia, pipelines):
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="glia-schema-") as folder:
        target = Path(folder, "glia.json")
        subprocess.run([glia, "schema", "-o", target], check=True, stdout=subprocess.DEVNULL)
        schema = json.loads(target.read_text())
        jsonschema.Draft4Validator.check_schema(schema)
        validator = jsonschema.Draft4Validator(schema)
        files = [(path, True) for path in sorted(Path(pipelines).rglob("*.toml"))]
        if not files:
            sys.exit(f"no pipelines in {pipelines}")
        for number, (old, new, good) in enumerate(CASES):
            if old not in GOOD:
                sys.exit(f"case {number} changes nothing: {old}")
            path = Path(folder, f"case_{number}.toml")
            path.write_text(GOOD.replace(old, new, 1))
            files.append((path, good))
        for path, good in files:
            by_schema, by_glia, said = verdicts(glia, validator, path)
            if by_schema != good or by_glia != good:
                wrong += 1
                print(f"{path.name}: schema says {by_schema}, glia says {by_glia}, right is {good}")
                print(path.read_text() if path.parent == Path(folder) else "", said)
    print(f"{len(files)} files, {wrong} judged differently")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
