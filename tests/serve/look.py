#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The live page in a real browser: Chromium without a window, axe-core as judge of accessibility.

    look.py GLIA AXE [TEXT]               every test, or those with TEXT in their name; AXE: npm's folder
    look.py GLIA AXE pictures FOLDER OUT  screenshots of every view of FOLDER, to be looked at
    look.py GLIA AXE measure FOLDER       how long and large the views of FOLDER are
    look.py GLIA AXE beside FOLDER N      sweeps of N trials in FOLDER, by turns alone and with open pages beside them

Where there is no Chromium the tests are skipped (exit code 77), or fail where CI is set.
"""
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from browser import Browser, chromium, get_axe
from folders import PIPELINE
from live import Server, by_name, require, run_tests

SKIPPED = 77
TOKEN = "0123456789abcdef0123456789abcdef"
DRAWN = "document.readyState === 'complete' && !document.querySelector('.later')"
CUT_TABLES = """[...document.querySelectorAll('table')].filter(t => t.parentElement.scrollWidth >
 t.parentElement.clientWidth + 1).map(t => t.caption ? t.caption.textContent : t.outerHTML.slice(0, 60))"""
LIVE = "document.getElementById('answers').textContent.startsWith('Live')"
POLICY = """
[pipeline]
name = "a policy"
[task.cart]
plugin = "cartpole"
[network.lattice]
input = "cart"
narrow_to = 2
pattern = [{ wave = "gather" }, { activation = "tanh" }]
[policy.driver]
input = "lattice"
train = { generations = 3, validation_episodes = 4, test_episodes = 4 }
"""
SEARCH = """
[sweep]
sampler = "tpe"
trials = 14
objective = "names.validation_accuracy"
[sweep.axes]
"head.names.train.learning_rate" = { log_uniform = [1e-4, 1e-1] }
"encoder.latent.z_features" = [16, 20, 24]
[sweep.keep]
best = 1
"""


def started(glia, folder, *words):
    return subprocess.Popen([glia, *words], cwd=folder.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            text=True)


def views(server):
    """(name, path) of all that there is to see."""
    paths = [("overview", "/")]
    for run in by_name(server).values():
        name = run["path"]
        paths.append((name, f"/show?name={name}"))
        if run["kind"] == "sweep" and "/trials/" in server.text(f"/part?name={name}&what=report"):
            trial = server.text(f"/part?name={name}&what=report").split(f"name={name}%2Ftrials%2F")[1].split("&")[0]
            paths.append((f"{name} trial", f"/show?name={name}/trials/{trial}"))
    return paths


def address(server, path):
    return f"http://127.0.0.1:{server.port}{path}{'&' if '?' in path else '?'}token={server.token}"


def test_every_view_is_for_everybody(browser, axe, glia, folder):
    """No serious complaint of axe-core, nothing cut off, light and dark, wide and narrow."""
    with Server(glia, folder) as server:
        told = []
        for name, path in views(server):
            for width, dark in ((1280, False), (390, True), (320, False), (1280, True)):
                with browser.page(width, dark=dark) as page:
                    page.open(address(server, path), DRAWN)
                    page.run("document.querySelectorAll('details').forEach(d => d.open = true)")
                    where = f"{name}, {width} px, {'dark' if dark else 'light'}"
                    told += [f"{where}: {each}" for each in (page.violations(axe) if axe else [])]
                    told += [f"{where}: {each}" for each in page.complaints()]
                    if page.overflow() > 0:
                        told.append(f"{where}: wider than its window by {page.overflow()} pixels")
                    told += [f"{where}: a table is cut off: {each}" for each in page.run(CUT_TABLES)]
        require(not told, "\n".join(told))


def test_it_is_worked_by_keys(browser, axe, glia, folder):
    with Server(glia, folder) as server, browser.page() as page:
        page.open(address(server, "/"), DRAWN)
        for _ in range(40):
            page.press("Tab")
            if page.run("document.activeElement.textContent") == "run":
                break
        require(page.run("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is not shown")
        page.press("Enter")
        page.wait_for("document.querySelector('h1').textContent === 'run'")


def test_a_wave_is_drawn_on_demand(browser, axe, glia, folder):
    with Server(glia, folder) as server, browser.page() as page:
        page.open(address(server, "/show?name=run"), DRAWN)
        page.run("document.querySelector('#wave button').click()")
        page.wait_for("document.getElementById('wave-picture').naturalWidth > 100", 90)
        page.open(address(server, "/show?name=policy"), DRAWN)
        require(not page.run("!!document.getElementById('wave')"), "a policy has no wave of a sample")


class Halting:
    """A sweep of 200 trials that is halted and goes on: what a page shows of it then does not depend on how fast
    the machine is."""
    TRIALS = 200

    def __init__(self, glia, folder):
        self.store = folder / "live/sweep.sqlite"
        self.process = subprocess.Popen(
            [glia, "sweep", "small.toml", "head.names.train.learning_rate=log(1e-4,1e-1,50)",
             "head.names.train.epochs=50", "dataset.clothing.train_limit=1000", "--seeds", "4", "-j", "2", "-o",
             str(folder / "live")], cwd=folder.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.kill()  # its workers end with it
            self.process.wait()

    def ended(self):
        """Trials that have ended, as its own store says."""
        if not self.store.exists():
            return 0
        store = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=10)
        try:
            return store.execute("SELECT count(*) FROM trials WHERE status IN ('ok', 'failed', 'pruned')").fetchone()[0]
        except sqlite3.OperationalError:  # its tables are being made
            return 0
        finally:
            store.close()

    def halt(self, least):
        """Once so many have ended; how many have by then."""
        while self.ended() < least:
            require(self.process.poll() is None, "the sweep has ended")
            time.sleep(0.01)
        for number in self.processes():  # itself first, so that it starts no more
            os.kill(number, signal.SIGSTOP)
        while any(state(number) not in "TtZX" for number in self.processes()):
            time.sleep(0.01)
        ended = self.ended()
        require(ended < self.TRIALS, "it was halted too late")
        return ended

    def go_on(self):
        for number in self.processes():
            os.kill(number, signal.SIGCONT)

    def processes(self):
        """Itself and its workers."""
        yield self.process.pid
        for tasks in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            yield from map(int, tasks.read_text().split())


def state(number):
    """Of a process: one letter."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "X"


def test_a_sweep_of_200_trials_is_followed(browser, axe, glia, folder):
    """Every time it is halted both pages come to what its store says, and so they do when the server was started anew;
    without a reload. The figures come too."""
    ended = "Number((/(\\d+) of 200 trials/.exec(document.body.innerText) || [0, -1])[1])"
    server = Server(glia, folder, token=TOKEN)
    try:
        with browser.page() as page, browser.page() as own:
            page.open(address(server, "/"), LIVE)
            page.run("window.same = 1")
            with Halting(glia, folder) as sweep:
                shown = sweep.halt(1)
                page.wait_for("!!document.querySelector('a[href*=\"name=live\"]')", 120)
                own.open(address(server, "/show?name=live"), LIVE)
                own.run("window.same = 1")
                for anew in (False, False, True, False):
                    for each in (page, own):
                        each.wait_for(f"{ended} === {shown}", 120)
                    if anew:
                        port = server.port
                        require(server.end(signal.SIGTERM) == 0)
                        for each in (page, own):
                            each.wait_for("/does not answer/.test(document.getElementById('answers').textContent)")
                        server = Server(glia, folder, "--port", str(port), token=TOKEN)
                    sweep.go_on()
                    shown = sweep.halt(shown + 10)
                for each in (page, own):
                    each.wait_for(f"{LIVE} && {ended} === {shown}", 120)
                sweep.go_on()
                require(sweep.process.wait(600) == 0, sweep.process.stderr.read())
            own.wait_for(f"{ended} === 200 && document.querySelectorAll('svg.figure').length > 1", 120)
            page.wait_for(f"{ended} === 200", 120)
            for each in (page, own):
                require(each.run("window.same") == 1, "the page was loaded anew")
    finally:
        server.__exit__(None)


def test_curves_grow_while_trials_run(browser, axe, glia, folder):
    with Server(glia, folder) as server, browser.page() as page:
        sweep = started(glia, folder, "sweep", "small.toml", "head.names.train.learning_rate=0.001,0.01",
                        "head.names.train.epochs=1000000", "dataset.clothing.train_limit=8000", "-j",
                        "2", "-o", str(folder / "long"))
        try:
            end = time.time() + 60
            while "long" not in by_name(server):
                require(time.time() < end and sweep.poll() is None, "there is no sweep")
                time.sleep(0.2)
            page.open(address(server, "/show?name=long"), LIVE)
            page.wait_for("/Trials at work/.test(document.body.innerText)", 90)
            length = "[...document.querySelectorAll('svg.figure path')].map(p => p.getAttribute('d').length)" \
                     ".reduce((a, b) => a + b, 0)"
            epoch = "Number(/names (\\d+) of 1000000/.exec(document.body.innerText)[1])"
            before, at = page.run(length), page.run(epoch)
            page.wait_for(f"{epoch} > {at} && {length} !== {before}", 90)
            worker = server.json("/api/run?name=long")["state"]["workers"][0]
            require(worker["latest"][0]["head"] == "names" and isinstance(worker["latest"][0]["epoch"], int), worker)
        finally:
            sweep.send_signal(signal.SIGINT)
            require(sweep.wait(60) == 75, sweep.stderr.read())


def test_the_page_outlives_its_server(browser, axe, glia, folder):
    with Server(glia, folder, token=TOKEN) as server, browser.page() as page:
        port = server.port
        page.open(address(server, "/"), LIVE)
        page.run("window.same = 1")
        require(server.end(signal.SIGTERM) == 0)
        page.wait_for("/does not answer/.test(document.getElementById('answers').textContent)")
        (folder / "run").rename(folder / "renamed")
        with Server(glia, folder, "--port", str(port), token=TOKEN):
            page.wait_for(LIVE)
            page.wait_for("!!document.querySelector('a[href*=\"name=renamed\"]')")
            require(page.run("window.same") == 1, "the page was loaded anew")
        (folder / "renamed").rename(folder / "run")


def pictures(browser, glia, folder, out):
    Path(out).mkdir(parents=True, exist_ok=True)
    with Server(glia, folder) as server:
        for name, path in views(server):
            for width in (390, 1280):
                for dark in (False, True):
                    with browser.page(width, dark=dark) as page:
                        page.open(address(server, path), DRAWN)
                        page.run("document.querySelectorAll('figure').forEach(f => "
                                 "f.style.contentVisibility = 'visible')")  # else what is far below is not drawn
                        page.picture(Path(out, f"{name}-{width}-{'dark' if dark else 'light'}.png".replace("/", "-")))


def measure(browser, glia, folder):
    """From the request to what can be worked with, the longest time without an answer, and what came over the net."""
    with Server(glia, folder) as server:
        first = [("overview, nothing kept yet", "/")]
        for name, path in (view for some in (lambda: first, lambda: views(server)) for view in some()):
            with browser.page() as page:
                page.call("Page.addScriptToEvaluateOnNewDocument", source="""
                    window.longest = 0;
                    new PerformanceObserver(l => l.getEntries().forEach(e => {
                      window.longest = Math.max(window.longest, e.duration); })).observe({entryTypes: ['longtask']});""")
                page.open(address(server, path))
                shown = page.run("performance.getEntriesByType('navigation')[0].domInteractive"
                                 " - performance.getEntriesByType('navigation')[0].requestStart")
                begun = time.time()
                page.wait_for(DRAWN, 300)
                drawn = time.time() - begun
                page.run("new Promise(done => setTimeout(done, 500))")
                print(json.dumps({"view": name, "interactive_ms": round(shown), "drawn_after_s": round(drawn, 1),
                                  "longest_task_ms": round(page.run("window.longest")),
                                  "kB": page.bytes_received() // 1000}), flush=True)


def spent(process):
    """Seconds of processor time, those of children that have ended included."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def beside(browser, glia, folder, trials, turns=3):
    """Wall clock and processor time of sweeps, and what a server with two open pages spends meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "small.toml").write_text(PIPELINE)
    base = len(list(folder.iterdir()))
    for turn in range(2 * turns):
        name = f"turn-{base + turn:03}"
        server = Server(glia, folder) if turn % 2 else None
        pages = [browser.page() for _ in range(2)] if server else []
        if server:
            pages[0].open(address(server, "/"), LIVE)
        before = os.times()
        begun = time.time()
        sweep = started(glia, folder, "sweep", "small.toml", f"head.names.train.learning_rate=log(1e-4,1e-1,{trials})",
                        "-j", "1", "-o", str(folder / name))
        while sweep.poll() is None:
            if server and not pages[1].run("location.href").startswith("http") and name in by_name(server):
                pages[1].open(address(server, f"/show?name={name}"))
            time.sleep(0.5)
        wall, after = time.time() - begun, os.times()
        require(sweep.returncode == 0, sweep.stderr.read())
        told = {"pages": len(pages), "wall_s": round(wall, 1), "sweep_cpu_s": round(
            after.children_user + after.children_system - before.children_user - before.children_system, 2)}
        if server:
            told["server_cpu_s"] = round(spent(server.process), 2)
            for page in pages:
                page.__exit__()
            server.__exit__(None)
        print(json.dumps(told), flush=True)


def prepare(glia, base):
    folder = base / "runs"
    folder.mkdir()
    (base / "small.toml").write_text(PIPELINE)
    (base / "policy.toml").write_text(POLICY)
    (base / "search.toml").write_text(PIPELINE + SEARCH)

    def made(code, *words):
        done = subprocess.run([glia, *words], cwd=base, capture_output=True, text=True)
        require(done.returncode == code, words, done)

    made(0, "run", "small.toml", "head.names.record_rows=true", "head.names.damage.weight_noise=[0.2,0.5]", "-o",
         "runs/run")
    made(0, "run", "policy.toml", "-o", "runs/policy")
    made(3, "sweep", "small.toml", "head.names.train.learning_rate=0.001,0.01,1e30", "encoder.latent.z_features=16,20",
         "--seeds", "2", "-o", "runs/grid")
    made(0, "sweep", "search.toml", "-o", "runs/search")
    (folder / "broken").mkdir()
    for file in ("pipeline.toml", "resolved.toml", "plan.json"):
        (folder / "broken" / file).write_bytes((folder / "run" / file).read_bytes())
    (folder / "broken/results.json").write_text("{\"status\": ")
    return folder


def main(glia, axe, *words):
    if not chromium():
        print("SKIPPED: there is no Chromium or Chrome here: apt-get install chromium", flush=True)
        return 1 if os.environ.get("CI") else SKIPPED
    glia = str(Path(glia).resolve())
    if words and words[0] in ("pictures", "measure", "beside"):
        with Browser() as browser:
            globals()[words[0]](browser, glia, Path(words[1]), *words[2:])
        return 0
    judge = get_axe(axe)
    if not judge:
        print("axe-core cannot be had here (npm install axe-core): accessibility is NOT judged")
    wanted = words[0] if words else ""
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_") and wanted in name]
    with tempfile.TemporaryDirectory(prefix="glia-look-") as base, Browser() as browser:
        os.environ["GLIA_CACHE_DIR"] = str(Path(base) / "cache")
        folder = prepare(glia, Path(base))
        return run_tests(tests, lambda test: test(browser, judge, glia, folder))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
