# SPDX-License-Identifier: MIT
"""Pipeline files in a form so small that a test can train them: Fashion-MNIST stands for digits, which are not everywhere."""
import re
from pathlib import Path

FASHION = Path("/usr/share/datasets/fashion-mnist")
SAMPLES = 100  # that are tested


def nodes(text, kind):
    """The names of the tables [kind.NAME], in their order."""
    return list(dict.fromkeys(re.findall(rf"^\[{kind}\.([A-Za-z0-9_-]+)\]", text, re.M)))


def whole_text(file):
    """A file's text behind that of the one that it extends."""
    text = Path(file).read_text()
    base = re.search(r'^extends = "(.*)"', text, re.M)
    return (whole_text(Path(file).parent / base[1]) if base else "") + text


def small_form(text):
    """{setting: value} that make the pipeline of such a whole text small enough to be trained in a second."""
    changes = {}
    for name in nodes(text, "dataset"):
        if 'plugin = "xor"' in text:
            changes[f"dataset.{name}.copies"] = "5"
            continue
        if 'plugin = "levels"' in text:  # one number each: small as they are
            continue
        changes[f"dataset.{name}.plugin"] = "fashion"
        changes[f"dataset.{name}.path"] = str(FASHION)
        changes[f"dataset.{name}.train_limit"] = "256"
        changes[f"dataset.{name}.test_limit"] = str(SAMPLES)
        if "validation = " in text:
            changes[f"dataset.{name}.validation"] = "0.1"
    for name in nodes(text, "encoder"):
        if 'plugin = "vae"' in text:
            changes[f"encoder.{name}.train.epochs"] = "1"
        if "weights = " in text:  # of digits, to which clothes are strange: rows so large that digits are lost
            changes[f"encoder.{name}.weights"] = ""
    together = "".join(re.findall(r"^heads = \[.*\]", text, re.M))  # trained by trainings, not by themselves
    for name in nodes(text, "training"):
        changes[f"training.{name}.train.epochs"] = "1"
    for name in nodes(text, "head"):
        if f'"{name}"' not in together:
            changes[f"head.{name}.train.epochs"] = "1"
        if f"[head.{name}.damage]" in text:
            changes[f"head.{name}.damage.draws"] = "1"
    for name in nodes(text, "policy"):
        changes[f"policy.{name}.train.generations"] = "2"
    return changes


def arguments(changes):
    return [f"{key}={value}" for key, value in changes.items()]
