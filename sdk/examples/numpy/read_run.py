#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A run of glia, read with numpy alone: read_run.py RUN HEAD INPUTS.npy -> probabilities on stdout.

Every checkpoint lists what is calculated, step by step (docs/checkpoints.md, "The calculation").
"""
import json
import sys
from pathlib import Path

import numpy as np


def read(path):
    """What a checkpoint says of itself, and its tensors by name."""
    data = Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8:start]), data[start:]
    about = json.loads(header.pop("__metadata__").get("description", "{}"))
    return about, {name: np.frombuffer(body[slice(*t["data_offsets"])], "<f4").reshape(t["shape"])
                   for name, t in header.items()}


def take(row, weights, taps):
    """Cell j of the new row is the sum of the cells that it hears, each times its tap's weight."""
    places = np.repeat(np.arange(len(taps)), [len(cells) for cells in taps])
    return row[..., sum(taps, [])] * weights @ np.eye(len(taps), dtype=np.float32)[places]


def softmax(row):
    e = np.exp(row - row.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def calculate(about, tensors, row):
    """The steps of a checkpoint over an input [N, cells]; those with other names are numpy's."""
    own = {"take": take, "softmax": softmax, "select": np.where, "product": np.matmul,
           "product_transposed": lambda x, w: x @ w.reshape(-1, x.shape[-1]).T}
    given = {"input": lambda: row, "tensor": tensors.get, "constant": np.float32, "taps": list}
    if (about.get("calculation") or {}).get("version") != 1:
        raise SystemExit(f"'{about['node']}' has a layer of code, or steps unknown here")
    values = []
    for op, *of in about["calculation"]["steps"]:
        values.append(given[op](*of) if op in given else
                      (own.get(op) or getattr(np, op))(*(values[i] for i in of)))
    return values[-1]


def find(run, head):
    """A head's checkpoint: a file of its own, or that of the training that it was part of."""
    for about, tensors in map(read, Path(run, "checkpoints").glob("*.safetensors")):
        if head in about.get("heads", [about.get("node")]) and about["kind"] != "encoder":
            return about.get("heads", {head: about})[head], tensors
    raise SystemExit(f"{run} has no head '{head}'; policies answer no samples")


def answers(run, head, inputs):
    """Probabilities [N, classes], or values, for samples [N, ...], without chance."""
    about, tensors = find(run, head)
    encoder = read(Path(run, "checkpoints", about["encoder"] + ".safetensors"))
    row = calculate(*encoder, inputs.reshape(len(inputs), -1).astype(np.float32))
    return calculate(about, tensors, row)


if __name__ == "__main__":
    np.savetxt(sys.stdout, answers(sys.argv[1], sys.argv[2], np.load(sys.argv[3])), delimiter=",")
