#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fingerprint of numbers: what every pipeline file gives in a small form.

    fingerprint.py record GLIA FILE.json             runs every file under pipelines/ and writes what came out
    fingerprint.py compare GLIA FILE.json [--exact]  runs them again and says what differs

Results (losses and accuracies of every epoch) are compared within 2e-4 of their size or, with --exact, to the
bit together with the trained tensors: bits depend on the processor, so --exact is for two builds on one machine.
"""
import hashlib
import json
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from small_form import arguments, nodes, small_form, whole_text  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
TOLERANCE = 2e-4  # relative; losses after one epoch of a few hundred samples differ by 1e-6 between processors
# One step more or less of a single test sample (of 100): what a last bit can change in an accuracy.
ONE_SAMPLE = 0.0100001
# The same small pipeline in forms that no file has.
VARIANTS = {
    "digits.toml, sgd and cosine": ["digits.toml", "head.*.train.optimizer=sgd", "head.*.train.schedule=cosine",
                                    "head.*.train.epochs=2"],
    "digits.toml, in order, rows": ["digits.toml", "head.*.train.shuffle=false", "head.*.record_rows=true",
                                    "head.*.train.batch_size=100"],
    "digits.toml, joint": ["digits.toml", "encoder.*.mode=joint", "encoder.*.train.epochs=2",
                           "head.*.train.epochs=2", "head.*.damage.weight_noise=[0.5]",
                           "head.*.damage.draws=2"],
}


def tensors_in(file):
    """SHA-256 of a safetensors file's numbers, without its header, which holds keys and times."""
    data = file.read_bytes()
    (header,) = struct.unpack("<Q", data[:8])
    return hashlib.sha256(data[8 + header:]).hexdigest()


def run(glia, file, overrides):
    text = whole_text(ROOT / "pipelines" / file)
    changes = small_form(text)
    for override in overrides:
        key, value = override.split("=", 1)
        kind, name, rest = key.split(".", 2)
        for each in nodes(text, kind) if name == "*" else [name]:
            changes[f"{kind}.{each}.{rest}"] = value
    with tempfile.TemporaryDirectory() as folder:
        command = [glia, "run", str(ROOT / "pipelines" / file), "-q", "--no-cache", "-o", folder + "/run"]
        done = subprocess.run(command + arguments(changes), cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{file}: exit code {done.returncode}\n{done.stderr}")
        results = json.loads(Path(folder, "run/results.json").read_text())
        tensors = {f.stem: tensors_in(f) for f in sorted(Path(folder, "run/checkpoints").glob("*.safetensors"))}
    heads = {name: {key: head.get(key) for key in ("test_accuracy", "test_loss", "curve", "damage", "rows")}
             for name, head in results["heads"].items()}
    return {"heads": heads, "encoders": results["encoders"], "tensors": tensors}


def all_of(glia):
    found = {}
    for path in sorted((ROOT / "pipelines").rglob("*.toml")):
        name = str(path.relative_to(ROOT / "pipelines"))
        searched = path.parent.name == "best" and re.search(r'^extends = ".*\.toml"', path.read_text(), re.M)  # that is there
        if "[head." in whole_text(path) and not searched:
            found[name] = run(glia, name, [])
    for name, (file, *overrides) in VARIANTS.items():
        found[name] = run(glia, file, overrides)
    return found


def differences(path, old, new, exact):
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key not in new:
                yield f"{path}/{key}: gone"
            else:
                yield from differences(f"{path}/{key}", old[key], new[key], exact)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new)):
            yield from differences(f"{path}/{i}", a, b, exact)
    elif isinstance(old, float) and isinstance(new, (int, float)) and not exact:
        allowed = ONE_SAMPLE if "accurac" in path else TOLERANCE * max(1e-3, abs(old))
        if abs(old - new) > allowed:
            yield f"{path}: {old} became {new}"
    elif old != new and (exact or "/tensors/" not in path):
        yield f"{path}: {old} became {new}"


def main(words):
    if len(words) < 3 or words[0] not in ("record", "compare"):
        sys.exit(__doc__)
    verb, glia, file = words[:3]
    found = all_of(str(Path(glia).resolve()))
    if verb == "record":
        Path(file).write_text(json.dumps(found, indent=1) + "\n")
        print(f"{len(found)} pipelines recorded")
        return 0
    recorded = json.loads(Path(file).read_text())
    all_differences = list(differences("", recorded, found, "--exact" in words))
    for line in all_differences:
        print(line)
    print(f"{len(found)} pipelines, {len(all_differences)} differences")
    return 1 if all_differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
