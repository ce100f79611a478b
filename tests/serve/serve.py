#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""glia serve, as a browser and as those who mean harm see it.

    serve.py GLIA [TEXT]     every test, or those with TEXT in their name

Trains a small run and a small sweep, and serves their folder.
"""
import csv
import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import refusals
from folders import prepare
from live import Events, Server, by_name, require, run_tests


def snapshot(folder):
    """Every file with its content and times."""
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_ctime_ns, path.lstat().st_size)
            for path in sorted(folder.rglob("*"))}


def test_runs_and_sweeps_are_told(server, folder, glia):
    runs = by_name(server)
    require(runs["run"]["kind"] == "run" and runs["run"]["status"] == "ok", runs)
    results = json.loads((folder / "run/results.json").read_text())
    require(runs["run"]["best"]["value"] == results["heads"]["names"]["validation_accuracy"], runs["run"])
    require(runs["sweep"]["kind"] == "sweep" and runs["sweep"]["trials"] == {"ok": 3, "failed": 1}, runs["sweep"])
    require(runs["sweep"]["status"] == "failed" and runs["run"]["started"], runs)
    ranked = json.loads(subprocess.run([glia, "best", str(folder / "sweep"), "--json"], check=True,
                                       capture_output=True).stdout)
    require(runs["sweep"]["best"]["value"] == ranked[0]["objective"], runs["sweep"], ranked[0])
    state = server.json("/api/run?name=sweep")["state"]
    require(state["total"] == 4 and state["workers"] == [] and state["holder"] is None, state)
    require(len(state["failures"]) >= 1 and state["failures"][0]["command"], state["failures"])
    epochs = server.json("/api/run?name=run")["epochs"]
    require([e["epoch"] for e in epochs if e["head"] == "names"] == [1, 2, 3], epochs)
    require(all(isinstance(e[key], int) for e in epochs for key in ("epoch", "epochs")), epochs)


def test_pages_show_it(server, folder, glia):
    home = server.text("/")
    for name in ("run", "sweep"):
        require(f"/show?name={name}&amp;token=" in home, home)
    require("damaged" in home and "4 of 4 trials" in home, home)
    require("being drawn" in server.text("/show?name=run"), "a page waits for its figures")
    drawn = server.text("/part?name=run&what=report")
    server.text("/part?name=sweep&what=report")
    run = server.text("/show?name=run")
    # What is large is fetched by the page, so that it can be used at once.
    require(len(drawn) > 48 << 10 and "being drawn" in run and "<svg" not in run, len(drawn), run)
    run += drawn
    require("Confusion matrix" in run and "<svg class=\"figure\"" in run and "id=\"wave\"" in run)
    sweep = server.text("/show?name=sweep") + server.text("/part?name=sweep&what=report")
    require("Best on validation" in sweep and "Latest failures" in sweep and "3</b>done" in sweep)
    for page in (home, run, sweep):
        require(not re.search(r"(src|href)=\"(https?:)?//", page), "something is fetched from elsewhere")
    table = server.text("/groups.csv?name=sweep").splitlines()
    require(len(table) == 5, table)
    require(server.get("/", method="HEAD")[2] == b"")
    require("EventSource" in server.text("/page.js"))


def test_a_wave_is_drawn(server, folder, glia):
    status, headers, body = server.get("/api/wave.svg?name=run&head=names&sample=3")
    require(status == 200 and body.startswith(b"<?xml") or body.startswith(b"<svg"), status, body[:300])
    require(headers["Content-Type"] == "image/svg+xml")
    wanted = subprocess.run([glia, "wave", str(folder / "run"), "--sample", "3", "-o", str(folder.parent / "w.svg")],
                            check=True, capture_output=True)
    require(body == (folder.parent / "w.svg").read_bytes(), wanted)
    status, _, body = server.get("/api/wave.svg?name=run&head=names&sample=100")
    require(status == 422 and b"no sample 100" in body, status, body)
    require(server.get("/api/wave.svg?name=run&head=other&sample=0")[0] == 404)
    require(server.get("/api/wave.svg?name=run&sample=-1")[0] == 400)
    require(server.get("/api/wave.svg?name=sweep&sample=1")[0] == 404)


def test_listeners_hear_what_changes(server, folder, glia):
    events = Events(server)
    events.wait_for("event: hello")
    new = folder / "appears"
    shutil.copytree(folder / "run", folder.parent / "appears")
    (folder.parent / "appears").rename(new)
    events.wait_for(r'data: \[[^\n]*"appears"')
    os.utime(new / "results.json")
    events.wait_for(r'data: \[[^\n]*"appears"')
    shutil.rmtree(new)
    events.wait_for(r'data: \[[^\n]*"appears"')
    events.connection.close()
    more = [Events(server) for _ in range(40)]  # more than are borne
    require(server.works())
    for each in more:
        each.connection.close()


def test_every_figure_leads_to_its_numbers(server, folder, glia):
    for name in ("run", "sweep"):
        page = server.text(f"/part?name={name}&what=report")
        links = [html.unescape(link) for link in re.findall(r'<a href="(/numbers.csv[^"]*)"', page)]
        require(len(links) == page.count("<svg ") > 0, name, links)
        for link in links:
            status, headers, body = server.get(link.rsplit("&token=", 1)[0])
            lines = body.decode().splitlines()
            require(status == 200 and headers["Content-Type"].startswith("text/csv") and len(lines) > 1, link, status)
            require(len({len(row) for row in csv.reader(lines)}) == 1, link, lines[:3])
    for path in ("name=run&figure=none.csv", "name=run&figure=..%2Frun.json", "name=run", "name=none&figure=loss.csv"):
        require(server.get(f"/numbers.csv?{path}")[0] == 404, path)
    require(server.get("/numbers.csv?name=run&figure=loss.csv", token="x" * 48)[0] == 401)


def test_a_sweep_is_watched_as_it_runs(server, folder, glia):
    events = Events(server)
    events.wait_for("event: hello")
    # Long enough that workers are seen at their trials; encoders are trained before, once for each seed.
    sweep = subprocess.Popen([glia, "sweep", "small.toml", "head.names.train.epochs=300,301,302,303,304", "--seeds", "4", "-j",
                              "2", "-o", str(folder / "live")], cwd=folder.parent, stderr=subprocess.PIPE, text=True)
    events.wait_for(r'"live"', 60)
    seen, ended = set(), 0
    workers = 0
    while sweep.poll() is None:
        status, _, body = server.get("/api/run?name=live")
        if status != 200:
            continue
        state = json.loads(body)["state"]
        seen.add(state["status"])
        workers = max(workers, len(state["workers"]))
        ended = max(ended, state["trials"].get("ok", 0) if state["status"] == "running" else 0)
        require(server.get("/show?name=live")[0] == 200)
        time.sleep(0.1)
    require(sweep.returncode == 0, sweep.stderr.read())
    require("running" in seen and workers >= 1 and ended >= 1, seen, workers, ended)
    end = time.time() + 30
    while "20 of 20 trials have ended" not in server.text("/show?name=live"):
        require(time.time() < end, "the page stays behind")
        time.sleep(0.5)
    events.connection.close()


def test_looking_changes_nothing(glia, folder):
    before = snapshot(folder)
    with Server(glia, folder) as server:
        for path in ("/", "/api/runs", "/show?name=run", "/show?name=sweep", "/api/run?name=sweep",
                     "/groups.csv?name=sweep", "/api/wave.svg?name=run&sample=0"):
            server.text(path)
    after = snapshot(folder)
    for found in (before, after):  # of a sweep that was looked at as it ended: docs/serve.md says so
        for end in ("wal", "shm"):
            found.pop(str(Path(folder) / "live" / f"sweep.sqlite-{end}"), None)
    require(before == after, [path for path in set(before) | set(after) if before.get(path) != after.get(path)])


def test_it_ends_and_comes_back(glia, folder):
    with Server(glia, folder) as server:
        events = Events(server)
        events.wait_for("event: hello")
        port = server.port
        require(server.end(signal.SIGINT) == 0)
    token = "0123456789abcdef0123456789abcdef"
    for _ in range(2):
        with Server(glia, folder, "--port", str(port), token=token) as server:
            require(server.token == token and server.port == port and server.works())
            busy = subprocess.run([glia, "serve", str(folder), "--port", str(port)], capture_output=True, text=True)
            require(busy.returncode == 2 and "cannot listen" in busy.stderr, busy)
    one, two = Server(glia, folder), Server(glia, folder)
    with one, two:
        require(one.token != two.token and len(one.token) == 48)
        require(one.get("/api/runs", token=two.token)[0] == 401)


def test_what_cannot_be_served_is_said(glia, folder):
    for arguments, environment, words in (
            ([str(folder / "none")], {}, "there is no folder"),
            ([str(folder)], {"GLIA_SERVE_TOKEN": "short"}, "GLIA_SERVE_TOKEN has 5 characters"),
            ([str(folder)], {"GLIA_SERVE_TOKEN": ""}, "GLIA_SERVE_TOKEN has 0 characters"),
            ([str(folder)], {"GLIA_SERVE_TOKEN": "<" * 40}, "characters other than"),
            ([str(folder), "--host", "192.0.2.1"], {}, "cannot listen on 192.0.2.1")):
        done = subprocess.run([glia, "serve", *arguments], env=dict(os.environ, **environment), capture_output=True,
                              text=True, timeout=60)
        require(done.returncode == 2 and words in done.stderr and not done.stdout, arguments, done)


def test_one_floor_too_high_it_is_said_where_they_are(glia, folder):
    house = folder.parent / "house"
    shutil.copytree(folder / "run", house / "its runs" / "run")
    (house / "empty").mkdir()
    server = Server(glia, house)
    with server:
        page = html.unescape(server.text("/"))
        require("but in folders of it: show one of 'its runs', as in glia serve its runs" in page, page)
    told = server.process.stderr.read()
    require(told.count("glia serve") == 1 and "house/its runs'" in told, told)
    with Server(glia, house / "its runs") as below:
        require("folders of it" not in below.text("/"))


def main(glia, wanted=""):
    glia = str(Path(glia).resolve())
    tests = [(name, test) for name, test in (globals() | vars(refusals)).items()
             if name.startswith("test_") and wanted in name]
    with tempfile.TemporaryDirectory(prefix="glia-serve-") as base:
        os.environ["GLIA_CACHE_DIR"] = str(Path(base) / "cache")
        folder = prepare(glia, Path(base))

        def call(test):
            if test.__code__.co_varnames[0] != "server":
                return test(glia, folder)
            with Server(glia, folder) as server:
                test(server, folder, glia)
                require(server.process.poll() is None, "the server has ended")

        return run_tests(tests, call)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
