# SPDX-License-Identifier: MIT
"""Seconds of a training epoch on a processor and on a GPU, by whole runs of glia over made-up pictures:

    python3 tests/bench/devices.py --glia build/bin/glia --device cpu --device cuda [-o devices.json]

An epoch's time is what a run of several epochs takes beyond one of a single epoch, so that the start of a
GPU, which takes seconds, does not count.
"""
import argparse
import json
import pathlib
import random
import shlex
import subprocess
import tempfile

PIXELS = 784


def write_npy(path, kind, shape, data):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (64 - (len(header) + 11) % 64) + "\n"
    start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little")
    path.write_bytes(start + header.encode() + data)


def write_data(folder, name, samples):
    """Ten patterns that light up a fifth of their pixels, each pixel as bright as chance says."""
    chance = random.Random(1)
    patterns = [
        int.from_bytes(bytes(255 * (chance.random() < 0.2) for _ in range(PIXELS)), "little")
        for _ in range(10)
    ]
    pictures = bytearray()
    for i in range(samples):
        bright = int.from_bytes(chance.randbytes(PIXELS), "little")
        pictures += (patterns[i % 10] & bright).to_bytes(PIXELS, "little")
    write_npy(folder / f"{name}.npy", "|u1", (samples, PIXELS), bytes(pictures))
    write_npy(folder / f"{name}_names.npy", "|u1", (samples,), bytes(i % 10 for i in range(samples)))


DATA = """[pipeline]
name = "devices"
seed = 1

[dataset.pictures]
plugin = "npy"
train_inputs = "FOLDER/NAME.npy"
train_targets = "FOLDER/NAME_names.npy"
test_inputs = "FOLDER/few.npy"
test_targets = "FOLDER/few_names.npy"
divide_by = 255
"""

HEAD = """
[head.names]
plugin = "classifier"
input = "matrix"
train = { epochs = EPOCHS, learning_rate = 1e-3, batch_size = BATCH, HOW }
"""

VAE = DATA + """
[encoder.latent]
plugin = "vae"
input = "pictures"
train = { epochs = EPOCHS, learning_rate = 1e-3, batch_size = BATCH, HOW }

[network.matrix]
input = "latent"
pattern = [{ wave = "linear", width = 10 }]

[head.names]
plugin = "classifier"
input = "matrix"
train = { epochs = 1, learning_rate = 1e-3 }
"""

STACK = DATA + """
[encoder.latent]
plugin = "gaussian_projection"
input = "pictures"
z_features = WIDTH

[network.matrix]
input = "latent"
pattern = [
  { repeat = DEPTH, pattern = [{ wave = "slide" }, { activation = "elu" }] },
  { wave = "linear", width = 10 },
]
""" + HEAD

LEAK = DATA + """
[encoder.latent]
plugin = "gaussian_projection"
input = "pictures"
z_features = 20

[network.matrix]
input = "latent"
narrow_to = 10
pattern = [{ wave = "gather" }, { wave = "leak" }, { wave = "slide" }, { wave = "leak" }, { activation = "softmax" }]
defaults = { semantics = "published", attenuating = true, sigma = 0.1 }
""" + HEAD

# name, pipeline, stage, samples of an epoch, batch, epochs beyond the first on a processor and elsewhere, more
CASES = [
    ("VAE", VAE, "latent", "all", 128, (1, 2), {}),
    ("VAE", VAE, "latent", "all", 8192, (1, 8), {}),
    ("1,000 rows of 1,024", STACK, "names", "some", 128, (1, 1), {"WIDTH": 1024, "DEPTH": 1000}),
    ("1,000 rows of 1,024", STACK, "names", "some", 1000, (1, 2), {"WIDTH": 1024, "DEPTH": 1000}),
    ("leak, as published", LEAK, "names", "all", 128, (4, 1), {}),
    ("leak, as published", LEAK, "names", "all", 8192, (4, 4), {}),
    ("VAE", VAE, "latent", "all", 1024, (1, 4), {}),
    ("10 rows of 20", STACK, "names", "all", 128, (4, 1), {"WIDTH": 20, "DEPTH": 10}),
]


def seconds(glia, text, stage, folder, threads):
    """What the training stage of `stage` took."""
    file = folder / "devices.toml"
    file.write_text(text)
    run = folder / "run"
    subprocess.run(["rm", "-rf", run], check=True)
    command = [*glia, "run", file, "-q", "-o", run, "--threads", str(threads)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-1000:])
    stages = json.loads((run / "results.json").read_text())["stages"]
    (found,) = [s["seconds"] for name, s in stages.items() if name == f"{stage}/train"]
    return found


def measure(arguments, folder, case, device, threads):
    name, text, stage, samples, batch, (here, there), more = case
    values = {"FOLDER": folder, "NAME": samples, "BATCH": batch, "HOW": f'device = "{device}"', **more}
    beyond = here if device == "cpu" else there
    times = []
    for epochs in (1, 1 + beyond):
        filled = text.replace("EPOCHS", str(epochs))
        for key, value in values.items():
            filled = filled.replace(key, str(value))
        times.append(seconds(arguments.glia, filled, stage, folder, threads))
    count = {"all": arguments.samples, "some": arguments.samples // 60}[samples]
    row = {
        "what": name, "batch": batch, "device": device, "threads": threads, "samples": count,
        "epoch_seconds": (times[1] - times[0]) / beyond, "first_epoch_seconds": times[0],
    }  # fmt: skip
    print("{what:22} batch {batch:5} on {device:5} {threads:2} threads: {epoch_seconds:8.3f} s for {samples} "
          "samples (first epoch {first_epoch_seconds:.2f} s)".format(**row), flush=True)
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--glia", type=shlex.split, default=["build/bin/glia"])
    parser.add_argument("--device", action="append", help="cpu, cuda; several times")
    parser.add_argument("--threads", type=int, action="append", help="of the processor; several times")
    parser.add_argument("--samples", type=int, default=60000)
    parser.add_argument("--only", default="", help="cases whose name begins so")
    parser.add_argument("--folder", type=pathlib.Path, help="to work in, for a glia that sees another /tmp")
    parser.add_argument("-o", "--output", type=pathlib.Path)
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = pathlib.Path(name)
        for which, samples in (("all", arguments.samples), ("some", arguments.samples // 60), ("few", 100)):
            write_data(folder, which, samples)
        for case in CASES:
            if not case[0].startswith(arguments.only):
                continue
            for device in arguments.device or ["cpu"]:
                for threads in (arguments.threads or [1]) if device == "cpu" else [1]:
                    try:
                        rows.append(measure(arguments, folder, case, device, threads))
                    except RuntimeError as error:
                        print(case[0], case[4], device, "failed:", error, flush=True)
                    if arguments.output:
                        arguments.output.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
