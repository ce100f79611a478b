#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A command in which the n-th call that changes a file fails, for every n.

    fault.py --glia FILE --plugins DIR --library FILE run|sweep|worker|resume|predict|export|best|report|data
             [--part K/N | --sample N [--seed S]] [--error NUMBER] [--stays]

Whatever fails has to end with an error and a word, leave nothing in the way, and be gone on with to the
numbers of a run that nothing happened to. `worker`: the fault is in the workers of a sweep. `data`: `glia data get`. `--part 2/4`: every
fourth call, from the second on. `--sample 6`: six of them, drawn by the seed.
"""
import argparse
import errno
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PIPELINES = Path(__file__).resolve().parent.parent / "pipelines"
FASHION = Path("/usr/share/datasets/fashion-mnist")
SERVER = Path(__file__).resolve().parent.parent / "integration/data/server.py"
COMMANDS = {
    "run": ["run", "toy.toml", "-q", "-o", "out", "--threads", "1"],
    "sweep": ["sweep", "toy.toml", "network.net.pattern.trouble.x=0,1", "-j", "1", "-q", "-o", "out"],
    "resume": ["resume", "out", "-q"],
    "predict": ["predict", "made", "in.csv", "-o", "out/answers.csv"],
    "export": ["export", "made", "-o", "out/net.onnx"],
    "best": ["best", "made", "-o", "out/best.toml"],
    "report": ["report", "made", "-o", "out/page.html"],
    "data": ["data", "get", "fashion", "-o", "out"],
}


class Drill:
    def __init__(self, arguments, folder):
        self.a = arguments
        self.folder = Path(folder)
        self.log = self.folder / "calls.log"
        toy = (PIPELINES / "toy.toml").read_text().replace('plugin = "pass"', 'plugin = "pass"\ntrained = true')
        (self.folder / "toy.toml").write_text(toy.replace("epochs = 3", "epochs = 2"))
        (self.folder / "plain.toml").write_text((PIPELINES / "xor.toml").read_text())
        (self.folder / "in.csv").write_text("0,1\n1,1\n")
        what = "sweep" if arguments.what == "worker" else arguments.what
        self.sweep = what == "sweep"
        self.trains = self.sweep or what in ("run", "resume")
        self.command = COMMANDS[what]
        self.mirror = {}
        self.longest = None  # seconds for a command: none until one has been measured

    def prepare(self):
        """What the command starts from, in `made`."""
        if self.a.what == "data":
            return self.serve()
        if self.a.what in ("best", "report"):
            made = self.glia([*COMMANDS["sweep"][:-1], "made", "dataset.toy.validation=2"])
            assert made.returncode == 0, made.stderr
        if self.a.what in ("resume", "predict", "export"):
            file = "toy.toml" if self.a.what == "resume" else "plain.toml"
            made = self.glia(["run", file, "-q", "-o", "made", "--threads", "1"])
            assert made.returncode == 0, made.stderr
        return None

    def serve(self):
        root, port = self.folder / "root", self.folder / "port"
        root.mkdir()
        (root / "fashion-mnist").symlink_to(FASHION)
        server = subprocess.Popen([sys.executable, SERVER, root, port, self.folder / "requests"],
                                  stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        while not (port.exists() and port.read_text()):
            time.sleep(0.05)
        self.mirror = {"GLIA_DATA_MIRROR": f"http://127.0.0.1:{port.read_text().strip()}/"}
        return server

    def glia(self, words, **fault):
        environment = dict(os.environ, GLIA_PLUGIN_PATH=self.a.plugins, GLIA_CACHE_DIR=str(self.folder / "cache"),
                           XDG_CACHE_HOME=str(self.folder / "xdg"), XDG_DATA_HOME=str(self.folder / "home"),
                           **self.mirror, **fault)
        environment.pop("GLIA_DATA_DIR", None)
        begin = time.monotonic()
        ended = subprocess.run([self.a.glia, *words], cwd=self.folder, env=environment, text=True,
                               stdin=subprocess.DEVNULL, capture_output=True, timeout=self.longest)
        # What hangs takes for ever; on a busy machine everything takes long.
        self.longest = max(self.longest or 60, self.a.patience * (time.monotonic() - begin))
        return ended

    def fault(self, number):
        self.log.unlink(missing_ok=True)
        fault = {"LD_PRELOAD": self.a.library, "GLIA_FAULT_AT": str(number), "GLIA_FAULT_LOG": str(self.log),
                 "GLIA_FAULT_UNDER": str(self.folder), "GLIA_FAULT_ERROR": str(self.a.error),
                 "GLIA_FAULT_IN": "worker" if self.a.what == "worker" else "host"}
        if self.a.stays:
            fault["GLIA_FAULT_STAYS"] = "1"
        return fault

    def calls(self):
        """The lines of the log; those of several workers count each from 1."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def clean(self):
        for part in ("out", "cache"):
            shutil.rmtree(self.folder / part, ignore_errors=True)
        if self.a.what in ("predict", "export", "best", "report"):
            (self.folder / "out").mkdir()
        if self.a.what == "resume":  # a run that was cut off before its head was trained
            shutil.copytree(self.folder / "made", self.folder / "out")
            for gone in ("results.json", "results.csv", "checkpoints/answer.safetensors"):
                (self.folder / "out" / gone).unlink()

    def numbers(self):
        if not self.trains:
            return {str(each): each.read_bytes() for each in (self.folder / "out").rglob("*")
                    if each.is_file() and not each.name.startswith(".")}
        told = json.loads((self.folder / "out/results.json").read_text())
        if not self.sweep:
            return told["heads"]
        for trial in told["trials"]:
            del trial["seconds"]
        return told["trials"]

    def go_on(self):
        """What a user would do next, until it is done."""
        if not self.trains or self.a.what == "resume":
            return self.glia(self.command)
        begun = (self.folder / "out/plan.json").exists()
        if not begun:
            return self.glia(self.command)
        if not self.sweep:
            return self.glia([*self.command, "--resume"])
        done = self.glia(["resume", "out", "-j", "1", "-q"])
        return self.glia(["retry", "out", "-j", "1", "-q"]) if done.returncode == 3 else done

    def look(self, number, expected):
        """What is wrong after a fault at this call; empty if nothing is."""
        self.clean()
        try:
            return self.what_is_wrong(number, expected)
        except subprocess.TimeoutExpired as e:
            return [f"call {number}: takes more than {self.longest:.0f} seconds: {' '.join(e.cmd[1:])}"]

    def what_is_wrong(self, number, expected):
        first = self.glia(self.command, **self.fault(number))
        hit = next((line for line in self.calls() if " fails " in line), "no call")
        hit = hit.replace(str(self.folder), "")
        wrong = []
        if first.returncode not in (0, 1, 2, 3):
            wrong.append(f"exit code {first.returncode}")
        if first.returncode != 0 and "error" not in first.stderr and "failed" not in first.stderr:
            wrong.append("no word of it")
        if "internal error" in first.stderr:
            wrong.append("an internal error")
        then = self.go_on()
        if then.returncode != 0:
            wrong.append(f"not gone on with ({then.returncode}): {then.stderr.strip()[-300:]}")
        elif self.numbers() != expected:
            wrong.append("other numbers, or something is left over")
        elif self.trains:
            verified = self.glia(["cache", "verify"])
            if not verified.stdout.endswith(" 0 damaged\n"):
                wrong.append(f"a damaged cache: {verified.stdout.strip()} {verified.stderr.strip()}")
        return [f"call {hit}: {each} | {first.stderr.strip()[-200:]}" for each in wrong]

    def run(self):
        server = self.prepare()
        try:
            return self.let_all_fail()
        finally:
            if server:
                server.communicate()

    def let_all_fail(self):
        self.clean()
        whole = self.glia(self.command)
        assert whole.returncode == 0, whole.stderr
        expected = self.numbers()
        self.clean()
        counted = self.glia(self.command, **self.fault(10 ** 9) | {"GLIA_FAULT_STAYS": "1"})
        assert counted.returncode == 0, counted.stderr
        total = max(int(line.split()[0]) for line in self.calls())
        first, step = map(int, self.a.part.split("/"))
        wrong = []
        numbers = range(first, total + 1, step)
        if self.a.sample:
            drawn = random.Random(f"{self.a.what} {self.a.seed}")
            numbers = sorted(drawn.sample(numbers, min(self.a.sample, len(numbers))))
        for number in numbers:
            wrong += self.look(number, expected)
        for line in wrong:
            print(line)
        print(f"{self.a.what}: {len(numbers)} of {total} calls failed, {len(wrong)} ended badly")
        return 1 if wrong or total < 4 else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=[*COMMANDS, "worker"])
    parser.add_argument("--glia", required=True, type=os.path.abspath)
    parser.add_argument("--plugins", required=True, type=os.path.abspath)
    parser.add_argument("--library", required=True, type=os.path.abspath)
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--sample", type=int, default=0, help="only so many calls, drawn by chance")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--error", type=int, default=errno.ENOSPC)
    parser.add_argument("--patience", type=float, default=30,
                        help="a command hangs if it takes more than a minute and so many times as long as any before it")
    parser.add_argument("--stays", action="store_true", help="every later call fails too, as on a full disk")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="glia-fault-") as folder:
        return Drill(arguments, os.path.realpath(folder)).run()


if __name__ == "__main__":
    sys.exit(main())
