# SPDX-License-Identifier: MIT
"""Reads a safetensors file by its description alone and prints what it holds.

A second reader, independent of the C++ one: a mistake that writing and reading share shows here.
Usage: python3 read_safetensors.py FILE
"""
import json
import struct
import sys

FORMATS = {"F64": "d", "F32": "f", "I64": "q", "I32": "i", "U8": "B", "BOOL": "?"}


def main(path):
    with open(path, "rb") as file:
        content = file.read()
    (header_size,) = struct.unpack_from("<Q", content)
    assert header_size % 8 == 0, "the data does not start on 8 bytes"
    header = json.loads(content[8 : 8 + header_size].decode("utf-8"))
    data = content[8 + header_size :]
    for key, value in sorted(header.pop("__metadata__", {}).items()):
        print(f"{key}={value}")
    end = 0
    for name, entry in header.items():
        begin, stop = entry["data_offsets"]
        assert begin == end, f"{name} does not start where the last one ended"
        end = stop
        size = struct.calcsize("<" + FORMATS[entry["dtype"]])
        count = (stop - begin) // size
        values = struct.unpack_from(f"<{count}{FORMATS[entry['dtype']]}", data, begin)
        shape = "x".join(str(n) for n in entry["shape"]) or "scalar"
        print(name, entry["dtype"], shape, repr(float(sum(values))))
    assert end == len(data), "bytes follow the last tensor"


main(sys.argv[1])
