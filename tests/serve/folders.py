# SPDX-License-Identifier: MIT
"""The folder that is served: a run, a sweep with a failure, and much that is wrong."""
import json
import os
import shutil
import subprocess

from live import require

PIPELINE = """
[pipeline]
name = "small"

[dataset.clothing]
plugin = "fashion"
train_limit = 200
test_limit = 100
validation = 0.2

[encoder.latent]
plugin = "sparse_projection"
input = "clothing"
z_features = 16

[network.matrix]
input = "latent"
narrow_to = 10
pattern = [{ wave = "gather" }, { activation = "elu" }]

[head.names]
plugin = "classifier"
input = "matrix"
train = { epochs = 3, learning_rate = 4e-3 }
"""
SECRET = "the-secret-outside"


def prepare(glia, base):
    """A folder with a run, a sweep with a failure, and much that is wrong."""
    folder = base / "runs"
    folder.mkdir()
    (base / "small.toml").write_text(PIPELINE)
    subprocess.run([glia, "run", "small.toml", "-o", "runs/run"], cwd=base, check=True, capture_output=True)
    done = subprocess.run([glia, "sweep", "small.toml", "head.names.train.learning_rate=0.001,0.004,0.01,1e30", "-j",
                           "2", "-o", "runs/sweep"], cwd=base, capture_output=True, text=True)
    require(done.returncode == 3, done)
    outside = base / "outside"
    shutil.copytree(folder / "run", outside)
    (outside / "pipeline.toml").write_text(f"# {SECRET}\n")
    (outside / "results.json").write_text(json.dumps({"status": SECRET}))
    (folder / "linked").symlink_to(outside)
    shutil.copytree(folder / "run", folder / "leaking")
    for file in ("pipeline.toml", "results.json"):
        (folder / "leaking" / file).unlink()
        (folder / "leaking" / file).symlink_to(outside / file)
    shutil.copytree(folder / "run", folder / "inside")
    (folder / "inside/pipeline.toml").unlink()
    (folder / "inside/pipeline.toml").symlink_to(folder / "run/pipeline.toml")
    for name, text in (("broken", "{\"status\": \"ok\", "), ("deep", "[" * 100000), ("zeros", "\0" * 100000)):
        shutil.copytree(folder / "run", folder / name)
        (folder / name / "results.json").write_text(text)
    shutil.copytree(folder / "run", folder / "pipe")
    (folder / "pipe/results.json").unlink()
    os.mkfifo(folder / "pipe/results.json")
    shutil.copytree(folder / "run", folder / "pipe-epochs")
    (folder / "pipe-epochs/results.json").unlink()
    (folder / "pipe-epochs/epochs.csv").unlink()
    os.mkfifo(folder / "pipe-epochs/epochs.csv")
    shutil.copytree(folder / "run", folder / "changed-epochs")
    epochs = folder / "changed-epochs/epochs.csv"
    epochs.write_text(epochs.read_text().replace("/train,", "/trained,", 1))
    shutil.copytree(folder / "run", folder / "long-epochs")
    (folder / "long-epochs/results.json").unlink()
    with open(folder / "long-epochs/epochs.csv", "w") as file:
        file.write("stage,head,epoch,epochs,train_loss,metric,validation,test,seconds,samples\n")
        for begin in range(0, 3000000, 100000):
            file.writelines(f"names/train,names,{epoch},3000000,0.5,accuracy,0.25,,0.1,100\n"
                            for epoch in range(begin, begin + 100000))
        file.write("names/train,names,3000000,30")  # a line that is being written
    shutil.copytree(folder / "sweep", folder / "broken-sweep")
    (folder / "broken-sweep/sweep.sqlite").write_bytes(b"not a database" * 1000)
    shutil.copytree(folder / "sweep", folder / "pipe-sweep")
    (folder / "pipe-sweep/sweep.sqlite").unlink()
    os.mkfifo(folder / "pipe-sweep/sweep.sqlite")
    (folder / "a file").write_text("of no run")
    return folder
