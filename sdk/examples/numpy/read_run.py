#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A run of glia, read with numpy alone: read_run.py RUN HEAD INPUTS.npy -> probabilities on stdout."""
import json
import sys
from pathlib import Path

import numpy as np

TYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64, "I32": np.int32}
FORMULA = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide,
           "less": np.less, "select": np.where, "exp": np.exp, "log": np.log, "tanh": np.tanh,
           "sqrt": np.sqrt, "abs": np.abs}
RECIPE = {"multiply": lambda x, w: x @ w, "multiply_transposed": lambda x, w: x @ w.T, "add": np.add,
          "subtract": np.subtract, "divide": np.divide, "relu": lambda x: np.maximum(x, 0),
          "tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x))}


def read(path):
    """What a checkpoint says of itself, and its tensors by name (docs/checkpoints.md)."""
    data = Path(path).read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    about = json.loads(header.pop("__metadata__")["description"])
    return about, {name: np.frombuffer(data[8 + size + t["data_offsets"][0]:8 + size + t["data_offsets"][1]],
                                       TYPES[t["dtype"]]).reshape(t["shape"]) for name, t in header.items()}


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def stencil(x, step, tensors):
    hears = step["hears"] if step["hears"] != "all" else [range(step["in"])] * step["out"]
    weights = np.asarray(step["fixed"] if "fixed" in step else tensors[step["weight"]], np.float32)
    bias, matrix, t = tensors.get(step.get("bias_tensor")), np.zeros((step["in"], step["out"]), np.float32), 0
    for j, cells in enumerate(hears):
        matrix[list(cells), j] = weights[t:t + len(cells)]
        if step["bias"] == "compounding":  # the k-th last of the taps counts (1 + b)^k times
            matrix[list(cells), j] *= (1 + bias[j]) ** np.arange(len(cells), 0, -1)
        t += len(cells)
    return x @ matrix + (bias if step["bias"] == "additive" else 0)


def activation(x, step, tensors):
    values = []
    for op, *of in step["formula"]:
        if op == "parameter":
            values.append(next(tensors[p["tensor"]] if "tensor" in p else np.float32(p["value"])
                               for p in [step["parameters"][of[0]]]))
        else:
            values.append(x if op == "input" else np.float32(of[0]) if op == "constant"
                          else FORMULA[op](*(values[i] for i in of)))
    return values[-1]


def skip(x, heard):
    """Adds a row to another one, same cell to same cell, centre on centre."""
    a, b = max(0, (x.shape[1] - heard.shape[1]) // 2), max(0, (heard.shape[1] - x.shape[1]) // 2)
    count, x = min(x.shape[1] - a, heard.shape[1] - b), x.copy()
    x[:, a:a + count] += heard[:, b:b + count]
    return x


def heard(leaves, reader):
    """The row that a network or head reads: one of those before it, or several joined."""
    if "join" not in reader:
        return leaves[reader["reads"]]
    rows = [leaves[i] for i in reader["reads"]]
    return np.concatenate(rows, 1) if reader["join"] == "concat" else sum(rows)


def find(run, head):
    """What is said of a head, and the tensors: in a file of its own, or in that of its training."""
    for path in Path(run, "checkpoints").glob("*.safetensors"):
        about, tensors = read(path)
        if head in about.get("heads", {}) or (about["kind"], about["node"]) == ("head", head):
            return about.get("heads", {head: about})[head], tensors
    raise SystemExit(f"{run} has no head '{head}'")


def answers(run, head, inputs):
    """Probabilities [N, classes] (of a regression: values) for inputs [N, numbers], without chance."""
    about, tensors = find(run, head)
    encoder, of_encoder = read(Path(run, "checkpoints", about["encoder"] + ".safetensors"))
    x = np.asarray(inputs, np.float32)
    for step in encoder["recipe"]:
        x = RECIPE[step["op"]](x, *(of_encoder[step[key]] for key in ("tensor",) if key in step))
    x = x[:, about["features"]] if "features" in about else x
    leaves = [x]  # the encoder's row, and what each network leaves
    for network in about["networks"]:
        rows = [heard(leaves, network)]
        for step in network["steps"]:
            rows.append({"stencil": lambda: stencil(rows[-1], step, tensors),
                         "activation": lambda: activation(rows[-1], step, tensors),
                         "softmax": lambda: softmax(rows[-1]),
                         "skip": lambda: skip(rows[-1], rows[step["row"]]),
                         "noise": lambda: rows[-1], "drop": lambda: rows[-1]}[step["kind"]]())
        leaves.append(rows[-1])
    x = heard(leaves, about)
    return softmax(x) if about["answer"] == "softmax" else x


if __name__ == "__main__":
    given = np.load(sys.argv[3])
    np.savetxt(sys.stdout, answers(sys.argv[1], sys.argv[2], given.reshape(len(given), -1)), delimiter=",")
