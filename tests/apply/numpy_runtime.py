# SPDX-License-Identifier: MIT
"""An ONNX runtime of numpy: reads the file by the format's own definition and runs the operators that glia uses."""
import numpy as np

TYPES = {1: np.dtype("<f4"), 7: np.dtype("<i8")}


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return value, at


def fields(data):
    """Field number -> values of a protobuf message: whole numbers or bytes."""
    found, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {tag & 7}")
        found.setdefault(tag >> 3, []).append(value)
    return found


def signed(number):
    return number - (1 << 64) if number >> 63 else number


def tensor(data):
    t = fields(data)
    dims = [n for part in t.get(1, []) for n in ([part] if isinstance(part, int) else packed(part))]
    return t[8][0].decode(), np.frombuffer(t[9][0], TYPES[t[2][0]]).reshape(dims)


def packed(data):
    at, numbers = 0, []
    while at < len(data):
        number, at = varint(data, at)
        numbers.append(number)
    return numbers


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


OPERATORS = {
    "Concat": lambda a, *rows: np.concatenate(rows, a["axis"]), "Sum": lambda a, *rows: sum(rows),
    "Identity": lambda a, x: x, "Add": lambda a, x, y: x + y, "Sub": lambda a, x, y: x - y,
    "Mul": lambda a, x, y: x * y, "Div": lambda a, x, y: x / y, "Less": lambda a, x, y: x < y,
    "Where": lambda a, c, x, y: np.where(c, x, y), "Exp": lambda a, x: np.exp(x), "Log": lambda a, x: np.log(x),
    "Tanh": lambda a, x: np.tanh(x), "Sqrt": lambda a, x: np.sqrt(x), "Abs": lambda a, x: np.abs(x),
    "Relu": lambda a, x: np.maximum(x, 0), "Sigmoid": lambda a, x: 1 / (1 + np.exp(-x)),
    "MatMul": lambda a, x, y: x @ y, "Reshape": lambda a, x, shape: x.reshape(shape),
    "Gather": lambda a, x, i: np.take(x, i, axis=a["axis"]), "Softmax": lambda a, x: softmax(x, a["axis"]),
    "LogSoftmax": lambda a, x: np.log(softmax(x, a["axis"])),
    "ReduceSum": lambda a, x, axes: x.sum(tuple(axes), keepdims=bool(a["keepdims"])),
    "Pad": lambda a, x, pads: np.pad(x, list(zip(pads[:x.ndim], pads[x.ndim:]))),
    "Shape": lambda a, x: np.array(x.shape), "Mean": lambda a, *rows: np.mean(rows, 0),
    "ConstantOfShape": lambda a, shape: np.zeros(shape, np.float32),
    "ArgMax": lambda a, x: x.argmax(a["axis"])}


def run(path, inputs):
    """The first output for such inputs."""
    with open(path, "rb") as file:
        graph = fields(fields(file.read())[7][0])
    values = dict(map(tensor, graph.get(5, [])))
    values[fields(graph[11][0])[1][0].decode()] = inputs
    for data in graph[1]:
        node = fields(data)
        attributes = {f[1][0].decode(): signed(f[3][0]) if 3 in f else 0 for f in map(fields, node.get(5, []))}
        with np.errstate(all="ignore"):
            made = OPERATORS[node[4][0].decode()](attributes, *(values[name.decode()] for name in node.get(1, [])))
        values[node[2][0].decode()] = made.astype(np.float32) if made.dtype == np.float64 else made
    return values[fields(graph[12][0])[1][0].decode()]
