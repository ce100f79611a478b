#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A run of glia, read with numpy alone (docs/checkpoints.md): read_run.py RUN HEAD INPUTS.npy -> probabilities on stdout."""
import json
import sys
from pathlib import Path
import numpy as np

RECIPE = {"multiply": lambda x, w: x @ w, "multiply_transposed": lambda x, w: x @ w.T, "relu": lambda x: np.maximum(x, 0),
          "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "tanh": np.tanh, "add": np.add, "subtract": np.subtract, "divide": np.divide}

def read(path):  # what a checkpoint says of itself, and its tensors by name
    data = Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    about = json.loads(header.pop("__metadata__")["description"])
    return about, {name: np.frombuffer(data[start:][slice(*t["data_offsets"])], {"F32": "<f4"}[t["dtype"]]).reshape(t["shape"])
                   for name, t in header.items()}

def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)

def stencil(rows, step, tensors):  # a matrix with a number where a cell hears another one
    matrix, bias = np.zeros((step["in"], step["out"]), np.float32), tensors.get(step.get("bias_tensor"))
    taps = iter(step["fixed"] if "fixed" in step else tensors[step["weight"]])
    for j, cells in enumerate([range(step["in"])] * step["out"] if step["hears"] == "all" else step["hears"]):
        for k, cell in enumerate(cells):  # with a compounding bias b the k-th last of the taps counts (1 + b)^k times
            matrix[cell, j] = next(taps) * ((1 + bias[j]) ** (len(cells) - k) if step["bias"] == "compounding" else 1)
    return rows[-1] @ matrix + (bias if step["bias"] == "additive" else 0)

def activation(rows, step, tensors):  # a formula, whose steps name earlier ones
    values, known = [], [tensors[p["tensor"]] if "tensor" in p else np.float32(p["value"]) for p in step.get("parameters", [])]
    for op, *of in step["formula"]:
        values.append(rows[-1] if op == "input" else np.float32(of[0]) if op == "constant" else known[of[0]] if op == "parameter"
                      else (np.where if op == "select" else getattr(np, op))(*(values[i] for i in of)))
    return values[-1]

def skip(rows, step, tensors):  # adds a row, same cell to same cell, centre on centre
    x, row = rows[-1].copy(), rows[step["row"]]
    a, b = max(0, (x.shape[1] - row.shape[1]) // 2), max(0, (row.shape[1] - x.shape[1]) // 2)
    count = min(x.shape[1] - a, row.shape[1] - b)
    x[:, a:a + count] += row[:, b:b + count]
    return x

def inject(rows, step, _):  # adds neighbours of a row to cells of the last one
    x = rows[-1].copy()
    x[:, step["cells"]] += rows[step["row"]][:, step["first"]:step["first"] + len(step["cells"])]
    return x

STEPS = {"stencil": stencil, "activation": activation, "skip": skip, "softmax": lambda rows, *_: softmax(rows[-1]),
         **dict.fromkeys(("noise", "drop", "cut"), lambda rows, *_: rows[-1]),
         "inject": inject, "rest": lambda rows, step, _: np.zeros((len(rows[0]), step["out"]), np.float32),
         "mean": lambda rows, step, _: np.mean([rows[r] for r in step["rows"]], 0),
         "concat": lambda rows, step, _: np.concatenate([rows[r] for r in step["rows"]], 1)}

def heard(leaves, reader):  # the row that a network or head reads: one of those before it, or several joined
    rows = [leaves[i] for i in np.atleast_1d(reader["reads"])]
    return np.concatenate(rows, 1) if reader.get("join") == "concat" else sum(rows)

def find(run, head):  # what is said of a head, and the tensors: in a file of its own, or in that of its training
    for about, tensors in map(read, Path(run, "checkpoints").glob("*.safetensors")):
        if head in about.get("heads", {}) or (about["kind"], about["node"]) == ("head", head):
            return about.get("heads", {head: about})[head], tensors
    raise SystemExit(f"{run} has no head '{head}'")

def answers(run, head, inputs):  # probabilities [N, classes], or values, for inputs [N, numbers], without chance
    about, tensors = find(run, head)
    encoder, of_encoder = read(Path(run, "checkpoints", about["encoder"] + ".safetensors"))
    x = np.asarray(inputs, np.float32)
    for step in encoder["recipe"]:
        x = RECIPE[step["op"]](x, *([of_encoder[step["tensor"]]] if "tensor" in step else []))
    leaves = [x[:, about.get("features", slice(None))]]  # the encoder's row, and what each network leaves
    for network in about["networks"]:
        rows = [heard(leaves, network)]
        for step in network["steps"]:
            rows.append(STEPS[step["kind"]](rows, step, tensors))
        leaves.append(rows[-1])
    x = heard(leaves, about)
    return softmax(x) if about["answer"] == "softmax" else x

if __name__ == "__main__":
    given = np.load(sys.argv[3])
    np.savetxt(sys.stdout, answers(sys.argv[1], sys.argv[2], given.reshape(len(given), -1)), delimiter=",")
