#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a run has trained gives the same answers in glia, in numpy, and in an ONNX runtime.

    agree.py GLIA SOURCE_DIR RUNTIME_DIR PART

Every pipeline of a part is valid, trains a little, and is then compared: `glia predict`, sdk/examples/numpy/read_run.py and the file of
`glia export` in two runtimes to 1e-5; and the share of right answers with `glia evaluate`. Of one
part on all 10,000 pictures of the test.
"""
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
import numpy_runtime  # noqa: E402
from small_form import FASHION, SAMPLES, arguments, nodes, small_form, whole_text  # noqa: E402

ALL_SAMPLES = 10000
TOLERANCE = 1e-5
MOST_LINES, MOST_COLUMNS = 40, 120  # of the reader, blank ones too: what a checkpoint says must suffice

# What the pipelines that come along do not have: steps of every kind, activations written as formulas, real values.
OWN = """
[pipeline]
name = "own"

[dataset.clothing]
plugin = "fashion"
train_limit = 256
test_limit = 100

[encoder.latent]
plugin = "sparse_projection"
input = "clothing"
z_features = 24
feature_order = 5

[network.matrix]
input = "latent"
pattern = [
  { repeat = 2, skip = true, pattern = [{ wave = "slide", bias = "compounding" }, { activation = "gelu" }] },
  { repeat = 2, shared = true, pattern = [{ wave = "slide" }, { activation = "hill", trained = "cell" }] },
  { wave = "noise", sigma = 0.1 },
  { skip = true, repeat = 1, pattern = [{ wave = "gather" }, { activation = "silu" }] },
  { wave = "slide" },
  { activation = "calcium", set = "AM", seconds = 4.0 },
  { narrow_to = 10, pattern = [{ wave = "gather" }, { activation = "tanh" }] },
]

[network.brain]
input = "latent"
steps = 3
cells = 30
inject = [4]
readout = "mean"
pattern = [{ wave = "slide" }, { activation = "tanh" }]

[network.every]
input = "brain"
steps = 2
truncate = 1
readout = "every"
pattern = [{ wave = "slide" }, { activation = "elu" }]

[network.last]
input = "every"
pattern = [{ wave = "linear", width = 10 }]

[head.each]
plugin = "every_pass"
input = "every"
passes = 2
classes = 10
power = 1.0
train = { epochs = 1, learning_rate = 4e-3 }

[head.later]
plugin = "classifier"
input = "last"
train = { epochs = 1, learning_rate = 4e-3 }

[head.names]
plugin = "classifier"
input = "matrix"
train = { epochs = 1, learning_rate = 4e-3 }
"""


def fashion(name, header):
    with gzip.open(FASHION / (name + ".gz")) as file:
        return np.frombuffer(file.read(), np.uint8)[header:]


def save_clothes(file, count):
    pixels = fashion("t10k-images-idx3-ubyte", 16)[:count * 784]
    np.save(file, (pixels.astype(np.float32) / np.float32(255)).reshape(count, 28, 28))


def metadata_of(file):
    """What a checkpoint says of itself: texts by name, and all that its header holds."""
    data = Path(file).read_bytes()
    header = json.loads(data[8:8 + int.from_bytes(data[:8], "little")])
    return header["__metadata__"], header


def described(run, head):
    """A head's description, alone or as part of a training, and its steps or None."""
    for file in Path(run, "checkpoints").glob("*.safetensors"):
        metadata = metadata_of(file)[0]
        about = json.loads(metadata.get("description", "{}"))
        found = about.get("heads", {about.get("node"): about}).get(head)
        if found:
            return found, json.loads(metadata["calculations"])[head]
    sys.exit(f"{run} has no head '{head}'")


def require_short(reader):
    text = reader.read_text()
    lines, columns = len(text.splitlines()), max(map(len, text.splitlines()))
    if lines > MOST_LINES or columns > MOST_COLUMNS or ";" in text:
        sys.exit(f"{reader} has {lines} lines of up to {columns} columns, or joins statements")
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.M))
    if not imported <= {"json", "sys", "pathlib", "numpy"}:
        sys.exit(f"{reader} needs more than numpy: {imported}")


class Judge:
    def __init__(self, glia, source, runtime):
        self.glia, self.source, self.runtime = glia, Path(source), runtime
        sys.path.insert(0, str(self.source / "sdk/examples/numpy"))
        import read_run
        self.reader = read_run
        self.compared = 0

    def run(self, *words):
        done = subprocess.run([self.glia, *map(str, words)], text=True, capture_output=True,
                              env=dict(os.environ, GLIA_CACHE_DIR="off"))
        if done.returncode:
            sys.exit(f"{words}: code {done.returncode}\n{done.stderr}")
        return done.stdout

    def pipeline(self, file, folder):
        text = whole_text(file)
        run = folder / "run"
        self.run("validate", file)
        self.run("run", file, "-q", "-o", run, *arguments(small_form(text)))
        moved = folder / "moved"
        run.rename(moved)
        self.require_results(file, text, moved)
        if not nodes(text, "head"):
            return moved  # a policy is neither predicted with nor exported
        shape = self.shape(moved, nodes(text, "head")[0])
        clothes = shape == [28, 28]
        inputs = folder / "inputs.npy"
        if clothes:
            save_clothes(inputs, SAMPLES)
        else:
            np.save(inputs, np.random.default_rng(1).random((SAMPLES, *shape), np.float32))
        for head in nodes(text, "head"):
            about, steps = described(moved, head)
            if steps is None:  # a layer of code: nobody else can know what it does
                self.refused(file, moved, about)
                continue
            self.head(file, folder, moved, head, inputs, clothes)
        return moved

    def whole_test(self, file, folder, run):
        """All pictures, as a user would predict them."""
        inputs = folder / "all.npy"
        save_clothes(inputs, ALL_SAMPLES)
        for head in nodes(whole_text(file), "head"):
            self.head(file, folder, run, head, inputs, False)

    def unreadable(self, run, head, inputs):
        """What the numpy reader cannot read, it says in one line."""
        file = Path(run, "checkpoints", head + ".safetensors")
        whole = file.read_bytes()
        start = 8 + int.from_bytes(whole[:8], "little")
        metadata, header = metadata_of(file)
        steps = json.loads(metadata["calculations"])[head]
        later = {head: {**steps, "version": steps["version"] + 1}}
        for changed in (json.dumps(later), json.dumps({head: None}), "{}", None):
            metadata = {name: text for name, text in metadata.items() if name != "calculations"}
            metadata.update({} if changed is None else {"calculations": changed})
            text = json.dumps({**header, "__metadata__": metadata}).encode()
            file.write_bytes(len(text).to_bytes(8, "little") + text + whole[start:])
            done = subprocess.run([sys.executable, self.reader.__file__, run, head, inputs], text=True,
                                  capture_output=True)
            if done.returncode != 1 or f"no '{head}' of known" not in done.stderr or done.stderr.count("\n") != 1:
                sys.exit(f"the numpy reader says of {changed}: {done.stderr}")
        file.write_bytes(whole)

    def require_results(self, file, text, run):
        heads, policies = nodes(text, "head"), nodes(text, "policy")
        results = json.loads((run / "results.json").read_text())["heads"]
        right = sorted(results) == sorted(heads + policies) and all("test_return" in results[id] for id in policies)
        if not (right and all(results[id]["curve"][0]["train_loss"] >= 0 for id in heads)):
            sys.exit(f"{file}: {results}")

    def shape(self, run, head):
        return described(run, head)[0]["data"]["shape"]

    def refused(self, file, run, about):
        if not any(step["kind"] == "general" for network in about["networks"] for step in network["steps"]):
            sys.exit(f"{file}, head {about['node']}: no layer of code, and yet no calculation")
        done = subprocess.run([self.glia, "export", run, "-o", run / "model.onnx", "--head", about["node"]],
                              capture_output=True)
        if done.returncode != 2:
            sys.exit(f"{file}, head {about['node']}: exported without a calculation")
        print(f"{Path(file).name}, {about['node']}: a layer of code, neither calculated nor exported")

    def head(self, file, folder, run, head, inputs, clothes):
        out, model = folder / "out.npy", folder / "model.onnx"
        self.run("predict", run, inputs, "-o", out, "--head", head)
        self.run("export", run, "-o", model, "--head", head)
        ours, samples = np.load(out), np.load(inputs)
        theirs = {"numpy reader": self.reader.answer(run, head, samples),
                  "numpy runtime": numpy_runtime.run(model, samples)}
        if self.runtime:
            theirs["onnxruntime"] = self.onnxruntime(folder, model, inputs)
        for name, answers in theirs.items():
            difference = float(np.abs(answers - ours).max())
            if not (ours.shape == answers.shape and difference <= TOLERANCE):
                sys.exit(f"{file}, head {head}: {name} differs by {difference}")
            self.compared += 1
        print(f"{Path(file).name}, {head}: {', '.join(theirs)} agree on {len(samples)} samples")
        if clothes:
            self.accuracy(file, run, head, theirs["numpy reader"])

    def accuracy(self, file, run, head, answers):
        """Of the numpy reader, against what glia measures without chance."""
        about = described(run, head)[0]
        quiet = [f"encoder.{about['encoder']}.test_latent=mean"]
        quiet += [f"network.{network['id']}.pattern.noise.sigma=0" for network in about["networks"]
                  if any(step["kind"] == "noise" and step["level"] > 0 for step in network["steps"])]
        found = json.loads(self.run("evaluate", run, *quiet, "--json"))["heads"][head]["test_accuracy"]
        labels = fashion("t10k-labels-idx1-ubyte", 8)[:SAMPLES]
        ours = float((answers.argmax(1) == labels).mean())
        if abs(found - ours) > 1.5 / SAMPLES:  # a tie may fall otherwise
            sys.exit(f"{file}, head {head}: numpy is right in {ours}, glia says {found}")

    def onnxruntime(self, folder, model, inputs):
        samples, flat, out = np.load(inputs), folder / "flat", folder / "theirs"
        samples.astype("<f4").tofile(flat)
        done = subprocess.run(["node", str(Path(__file__).parent / "onnxruntime.mjs"), self.runtime, str(model),
                               str(flat), json.dumps(samples.shape), str(out)], text=True, capture_output=True)
        if done.returncode:
            sys.exit(f"onnxruntime: {done.stderr}")
        return np.fromfile(out, "<f4").reshape(len(samples), -1)


def get_runtime(folder):
    """The folder with npm's onnxruntime-web, or None where it cannot be had."""
    found = Path(folder, "node_modules/onnxruntime-web")
    if not found.exists():
        Path(folder).mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund",
                            "onnxruntime-web@1.17.3"], capture_output=True, timeout=180, check=True)
        except (OSError, subprocess.SubprocessError):
            pass
    return str(Path(folder).resolve()) if found.exists() else None


def main(glia, source, runtime, part):
    runtime = get_runtime(runtime)
    print("runtimes: numpy" + (", onnxruntime-web" if runtime else "; onnxruntime-web cannot be had here"))
    require_short(Path(source, "sdk/examples/numpy/read_run.py"))
    judge = Judge(glia, source, runtime)
    pipelines = Path(source, "pipelines")
    with tempfile.TemporaryDirectory(prefix="glia-agree-") as scratch:
        if part == "own":
            files = [Path(scratch, "own.toml")]
            files[0].write_text(OWN)
            files.append(Path(scratch, "pca.toml"))
            files[1].write_text(re.sub(r'plugin = "sparse.*\nfeature_order = 5\n', 'plugin = "pca"\ninput = "clothing"\nwhiten = true\n', OWN, flags=re.S, count=1))
        else:
            files = sorted(pipelines.glob("*.toml") if part == "files" else pipelines.glob(part + "/*.toml"))
        for number, file in enumerate(files):
            folder = Path(scratch, str(number))
            folder.mkdir()
            run = judge.pipeline(file, folder)
            if file.name == "own.toml":
                judge.whole_test(file, folder, run)
                judge.unreadable(run, "names", folder / "inputs.npy")
    if not judge.compared:
        sys.exit("nothing was compared")


if __name__ == "__main__":
    main(*sys.argv[1:])
