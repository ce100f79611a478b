# SPDX-License-Identifier: MIT
"""A run of glia, read with numpy alone: python3 read_run.py RUN HEAD INPUTS.npy > answers.csv"""
import json
import sys
from pathlib import Path
import numpy as np


def read(path):
    """What the nodes of a checkpoint calculate (docs/checkpoints.md), and its tensors."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8:start]), data[start:]
    nodes = json.loads(header.pop("__metadata__").get("calculations", "{}"))
    return nodes, {name: np.frombuffer(body[slice(*t["data_offsets"])], "<f4").reshape(t["shape"])
                   for name, t in header.items()}


def calculate(steps, tensors, row):
    """Every step makes a value of earlier ones, by default with the numpy function of its name."""
    own = {"input": lambda: row, "tensor": tensors.get, "constant": np.array, "take": lambda x, cells: x[..., cells],
           "sums": lambda x, starts: np.add.reduceat(x, starts, -1), "greatest": lambda x: x.max(-1, keepdims=True)}
    values = []
    for op, *of in steps:
        operands = of if op in ("input", "tensor", "constant") else [values[i] for i in of]
        values.append((own.get(op) or getattr(np, op))(*operands))
    return values[-1]


def answer(run, node, samples):
    """What a node makes of samples: an encoder its cells, a head probabilities or values."""
    for nodes, tensors in map(read, Path(run, "checkpoints").glob("*.safetensors")):
        if (found := nodes.get(node)) and found["version"] == 2:
            row = answer(run, found["reads"], samples) if found["reads"] else samples.reshape(len(samples), -1)
            return calculate(found["steps"], tensors, row)
    raise SystemExit(f"{run} has no '{node}' of known steps: is it a policy, or a layer of code?")


if __name__ == "__main__":
    np.savetxt(sys.stdout, answer(sys.argv[1], sys.argv[2], np.load(sys.argv[3])), delimiter=",")
