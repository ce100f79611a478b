#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fault drill: a sweep must come through whatever happens to it, with the numbers of one left alone.

    drill.py --glia build/bin/glia --plugins build/tests/sweep --clock build/tests/drill/clock.so
             [--kills 200] [--seed 1] [--trials 120] [--only ACTION]

At random moments: workers, the host or both are killed, halted for a while or for good; the disk is
full (a small tmpfs, where mounting is allowed); the clock jumps. After each end the sweep is resumed.
Then every trial must be in the store exactly once, results equal to the bit to those of an undisturbed
sweep, no process left over, no damaged file in the cache.
"""
import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PIPELINE = """
[pipeline]
name = "drill"
[dataset.toy]
plugin = "toy"
[encoder.pass]
plugin = "pass"
input = "toy"
trained = true
delay = 10
train = { epochs = 12 }
[network.net]
input = "pass"
pattern = [{ wave = "trouble", delay = 4 }, { wave = "linear", width = 2 }]
[head.answer]
plugin = "classifier"
input = "net"
train = { epochs = 12, batch_size = 8 }
[sweep]
seeds = 4
retries = 3
TIMEOUT
[sweep.axes]
"network.net.pattern.trouble.x" = { from = 0, to = 1, count = COUNT }
"""

# A signal may come before the program has begun to handle it.
GOOD_ENDS = {0, 1, 75, -signal.SIGKILL, -signal.SIGINT, -signal.SIGTERM}


class Drill:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.folder = Path(tempfile.mkdtemp(prefix="glia-drill-"))
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        self.mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", self.disk],
                                      capture_output=True, check=False).returncode == 0
        if not self.mounted:
            print("drill: mounting is not allowed here, so no full disks")
        self.write_pipeline("")
        (self.folder / "clock").write_text("0")
        self.kills = 0
        self.done = {}

    def write_pipeline(self, timeout):
        count = max(2, self.options.trials // 4)
        text = PIPELINE.replace("COUNT", str(count)).replace("TIMEOUT", timeout)
        (self.folder / "drill.toml").write_text(text)

    def set_limits(self, seconds):
        """What hangs takes for ever; on a busy machine everything takes long."""
        trials = json.loads((self.folder / "reference/results.json").read_text())["trials"]
        longest = max(trial["seconds"] for trial in trials)
        self.write_pipeline(f'timeout = "{max(20, round(30 * longest))}s"')
        self.options.longest = max(self.options.longest, round(20 * seconds))

    def environment(self, cache):
        return {**os.environ, "GLIA_PLUGIN_PATH": self.options.plugins, "GLIA_CACHE_DIR": str(cache),
                "XDG_CACHE_HOME": str(self.folder / "xdg"), "LD_PRELOAD": self.options.clock,
                "GLIA_TEST_CLOCK": str(self.folder / "clock")}

    def start(self, *words, cache):
        with open(self.folder / "log", "ab") as log:
            return subprocess.Popen([self.options.glia, *words], cwd=self.folder, stdout=log, stderr=log,
                                    stdin=subprocess.DEVNULL, env=self.environment(cache))

    def workers(self, host):
        """Children that have become workers: one that is halted before holds up whoever starts it."""
        return [child for child, name in self.children(host) if name != "glia nursery"]

    def children(self, host):
        """Their numbers and names."""
        found = []
        try:
            for child in Path(f"/proc/{host.pid}/task/{host.pid}/children").read_text().split():
                if Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[1:2] == [b"worker"]:
                    found.append((int(child), Path(f"/proc/{child}/comm").read_text().strip()))
        except OSError:
            pass
        return found

    def signal(self, pid, number):
        try:
            os.kill(pid, number)
            return True
        except ProcessLookupError:
            return False

    # What can happen; each returns how many processes it has killed.

    def kill_worker(self, host):
        workers = self.workers(host)
        return int(bool(workers) and self.signal(self.random.choice(workers), signal.SIGKILL))

    def kill_host(self, host):
        return int(self.signal(host.pid, signal.SIGKILL))

    def kill_both(self, host):
        killed = self.kill_worker(host)
        return killed + self.kill_host(host)

    def kill_nursery(self, host):
        """The process that workers are copies of."""
        found = [child for child, name in self.children(host) if name == "glia nursery"]
        return int(bool(found) and self.signal(found[0], signal.SIGKILL))

    def halt_worker(self, host):
        """For good, or for a while."""
        workers = self.workers(host)
        if workers:
            worker = self.random.choice(workers)
            self.signal(worker, signal.SIGSTOP)
            if self.random.random() < 0.7:
                time.sleep(0.3)
                self.signal(worker, signal.SIGCONT)
        return 0

    def halt_host(self, host):
        self.signal(host.pid, signal.SIGSTOP)
        time.sleep(self.random.uniform(0.1, 1))
        self.signal(host.pid, signal.SIGCONT)
        return 0

    def stop_host(self, host):
        self.signal(host.pid, self.random.choice([signal.SIGINT, signal.SIGTERM]))
        return 0

    def fill_disk(self, _host):
        if not os.path.ismount(self.disk):  # somebody may have taken it away: never the machine's own
            return 0
        ballast = self.disk / "ballast"
        try:
            with open(ballast, "wb", buffering=0) as file:
                while True:
                    file.write(bytes(1 << 16))
        except OSError:
            pass
        time.sleep(self.random.uniform(0.2, 1))
        ballast.unlink(missing_ok=True)
        return 0

    def jump_clock(self, _host):
        (self.folder / "clock").write_text(str(self.random.choice([-86400, -3600, 3600, 31536000])))
        return 0

    def end_of(self, host):
        try:
            return host.wait(self.options.longest)
        except subprocess.TimeoutExpired:
            sys.exit(f"drill: the sweep does not end; see {self.folder}/log")

    def run(self):
        begin = time.monotonic()
        undisturbed = self.start("sweep", "drill.toml", "-j", "2", "-o", "reference", "-q",
                                 cache=self.folder / "cache")
        if self.end_of(undisturbed) != 0:
            sys.exit(f"drill: the undisturbed sweep failed; see {self.folder}/log")
        self.set_limits(time.monotonic() - begin)
        actions = [self.kill_worker] * 6 + [self.kill_host] * 4 + [self.kill_both] * 3 + [
            self.kill_nursery, self.kill_nursery, self.halt_worker, self.halt_host, self.stop_host, self.fill_disk, self.jump_clock]
        if self.options.only:
            actions = [getattr(self, self.options.only)]
        sweep, cache = self.disk / "sweep", self.disk / "cache"
        rounds = 0
        progress = time.monotonic()
        while True:
            rounds += 1
            if time.monotonic() - progress > self.options.longest:
                sys.exit(f"drill: the sweep does not come to its end; see {self.folder}/log")
            words = ["resume", str(sweep)] if (sweep / "plan.json").exists() else [
                "sweep", "drill.toml", "-o", str(sweep)]
            if words[0] == "sweep":
                shutil.rmtree(sweep, ignore_errors=True)
            host = self.start(*words, "-j", "2", "-q", cache=cache)
            while host.poll() is None:
                if self.kills < self.options.kills:
                    try:
                        host.wait(self.random.uniform(0.05, 1.6))
                        break
                    except subprocess.TimeoutExpired:
                        pass
                    action = self.random.choice(actions)
                    self.kills += action(host)
                    self.done[action.__name__] = self.done.get(action.__name__, 0) + 1
                else:
                    self.end_of(host)
            if host.returncode not in GOOD_ENDS:
                sys.exit(f"drill: the sweep ended with {host.returncode}; see {self.folder}/log")
            if host.returncode == 0:
                if self.kills >= self.options.kills:
                    break
                # All trials are done before all kills are: once more, from the start.
                self.check(sweep, cache)
                progress = time.monotonic()
                shutil.rmtree(sweep)
                shutil.rmtree(cache)
        self.check(sweep, cache)
        print(f"drill: {self.kills} kills in {rounds} runs; " +
              ", ".join(f"{count} x {name}" for name, count in sorted(self.done.items())))

    def check(self, sweep, cache):
        def numbers(folder):
            trials = json.loads((folder / "results.json").read_text())["trials"]
            for trial in trials:
                del trial["seconds"]
            return trials
        expected, found = numbers(self.folder / "reference"), numbers(sweep)
        if expected != found:
            sys.exit(f"drill: other numbers than those of the undisturbed sweep; see {self.folder}")
        store = sqlite3.connect(sweep / "sweep.sqlite")
        for query, good in [("SELECT count(*) FROM trials WHERE status = 'ok'", len(expected)),
                            ("SELECT count(*) FROM heads", len(expected)),
                            ("SELECT count(*) FROM (SELECT trial FROM attempts WHERE status = 'ok' "
                             "GROUP BY trial HAVING count(*) = 1)", len(expected)),
                            ("PRAGMA integrity_check", "ok")]:
            value = store.execute(query).fetchone()[0]
            if value != good:
                sys.exit(f"drill: {query}: {value}, not {good}; see {self.folder}")
        store.close()
        verified = subprocess.run([self.options.glia, "cache", "verify"], env=self.environment(cache),
                                  capture_output=True, text=True, check=False)
        if verified.returncode != 0 or not verified.stdout.endswith(" 0 damaged\n"):
            sys.exit(f"drill: {verified.stdout}{verified.stderr}")
        left = self.left_over()
        deadline = time.monotonic() + 10  # what is being ended needs processor time for that too
        while left and time.monotonic() < deadline:
            time.sleep(0.1)
            left = self.left_over()
        if left:
            sys.exit(f"drill: processes are left over: {[self.words_of(pid) for pid in left]}")

    def left_over(self):
        """Processes that have this drill in their environment."""
        mark = f"GLIA_TEST_CLOCK={self.folder}/clock".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                alive = "State:\tZ" not in (entry / "status").read_text()
                if alive and mark in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def words_of(self, pid):
        try:
            return f"{pid} {Path(f'/proc/{pid}/cmdline').read_bytes().replace(bytes(1), b' ').decode()}"
        except OSError:
            return pid

    def end_processes(self):
        for pid in self.left_over():
            self.signal(pid, signal.SIGKILL)

    def clean(self):
        if self.mounted:
            subprocess.run(["umount", "-l", self.disk], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("--glia", "--plugins", "--clock"):
        parser.add_argument(name, required=True, type=os.path.abspath)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trials", type=int, default=120)
    parser.add_argument("--longest", type=int, default=1200, help="seconds that a sweep may take at least")
    parser.add_argument("--only")
    drill = Drill(parser.parse_args())
    try:
        drill.run()
    finally:  # what went wrong can be looked at, but nothing goes on
        drill.end_processes()
    drill.clean()


if __name__ == "__main__":
    main()
