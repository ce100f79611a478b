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
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

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


def require(condition, *what):
    if not condition:
        raise AssertionError(*what)


class Server:
    """glia serve on a folder, until the block ends."""

    def __init__(self, glia, folder, *arguments, token=None, home=None):
        environment = dict(os.environ, **({"GLIA_SERVE_TOKEN": token} if token else {}))
        self.process = subprocess.Popen([glia, "serve", str(folder), "--json", *arguments], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=home)
        line = self.process.stdout.readline()
        require(line, self.process.stderr.read() if not line else "")
        self.url = json.loads(line)["url"]
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=([\w-]+)", self.url)
        require(found, self.url)
        self.port, self.token = int(found[1]), found[2]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            require(self.end(signal.SIGTERM) == 0 or error[0])

    def end(self, number):
        self.process.send_signal(number)
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"it does not end by signal {number}") from None

    def get(self, path, token=None, headers=(), method="GET"):
        """(status, headers, bytes)"""
        token = self.token if token is None else token
        url = f"http://127.0.0.1:{self.port}{path}{'&' if '?' in path else '?'}token={token}"
        request = urllib.request.Request(url, headers=dict(headers), method=method)
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def text(self, path):
        status, _, body = self.get(path)
        require(status == 200, path, status, body)
        return body.decode()

    def json(self, path):
        return json.loads(self.text(path))

    def raw(self, data, seconds=20):
        """What comes back for these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            try:
                connection.sendall(data)
            except OSError:  # it has heard enough
                pass
            return everything(connection)

    def line(self, target, method="GET", host=None):
        host = f"127.0.0.1:{self.port}" if host is None else host
        return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()

    def works(self):
        return self.get("/api/runs")[0] == 200


def everything(connection):
    data = b""
    try:
        while more := connection.recv(1 << 16):
            data += more
    except OSError:
        pass
    return data


def status_of(answer):
    found = re.match(rb"HTTP/1\.1 (\d+) ", answer)
    return int(found[1]) if found else None


def snapshot(folder):
    """Every file with its content and times."""
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_ctime_ns, path.lstat().st_size)
            for path in sorted(folder.rglob("*"))}


class Events:
    """What /api/events says."""

    def __init__(self, server):
        self.connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self.connection.sendall(server.line(f"/api/events?token={server.token}"))
        self.text = ""

    def wait_for(self, pattern, seconds=20):
        end = time.time() + seconds
        while not re.search(pattern, self.text):
            require(time.time() < end, pattern, self.text)
            more = self.connection.recv(1 << 16).decode()
            require(more, "the stream has ended", self.text)
            self.text += more
        self.text = ""


def by_name(server):
    return {run["name"]: run for run in server.json("/api/runs")["runs"]}


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


def test_nothing_is_told_without_the_token(server, folder, glia):
    for path in ("/", "/api/runs", "/show?name=run", "/part?what=all", "/page.js", "/api/events", "/nothing"):
        for token in ("", "x", server.token[:-1], server.token + "0", server.token.upper() + "x"):
            status, _, body = server.get(path, token=token)
            require(status == 401 and b"run" not in body and len(body) < 200, path, token, status, body)


def test_other_hosts_are_refused(server, folder, glia):
    target = f"/api/runs?token={server.token}"
    for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1.evil.example", "", "localhost@evil", "[",
                 "127.0.0.1:x", "192.0.2.1"):
        answer = server.raw(server.line(target, host=host))
        require(status_of(answer) in (400, 403) and b"sweep" not in answer, host, answer)
    for host in ("localhost", f"LOCALHOST:{server.port}", "127.0.0.1:80", "[::1]"):
        require(status_of(server.raw(server.line(target, host=host))) == 200, host)
    twice = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n".encode()
    require(status_of(server.raw(twice)) in (400, 403))
    require(status_of(server.raw(f"GET {target} HTTP/1.0\r\n\r\n".encode())) in (400, 403))


def test_it_only_shows(server, folder, glia):
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "MKCOL", "NONSENSE"):
        answer = server.raw(server.line(f"/api/runs?token={server.token}", method))
        require(status_of(answer) in (400, 405) and b"sweep" not in answer, method, answer)
    body = b"Content-Length: 99999999999\r\n\r\n" + b"x" * (1 << 20)
    answer = server.raw(server.line(f"/?token={server.token}", "POST")[:-2] + body)
    require(status_of(answer) in (405, None) and server.works(), answer[:100])


def test_no_name_leads_out(server, folder, glia):
    token = f"token={server.token}"
    outs = ["..", "../outside", "run/../../outside", "/etc", "%2e%2e%2foutside", "..%2foutside", "%252e%252e/outside",
            "run%00", "run/", "./run", "sweep/trials/../../run", "sweep/trials/%2e%2e", "run/trials/1", "..\\outside"]
    for name in outs:
        for page in ("/show", "/api/run", "/groups.csv", "/part?what=report&", "/api/wave.svg"):
            join = "" if page.endswith("&") else "?"
            answer = server.raw(server.line(f"{page}{join}name={name}&{token}"))
            require(status_of(answer) == 404 and SECRET.encode() not in answer, page, name, answer)
    for path in ("/../outside/results.json", "/%2e%2e/outside/results.json", "/run/results.json", "//etc/passwd", "/.",
                 "/%", "/%zz", "http://127.0.0.1/", "*"):
        answer = server.raw(server.line(f"{path}?{token}"))
        require(status_of(answer) in (400, 404) and SECRET.encode() not in answer, path, answer)


def test_links_that_lead_out_are_not_followed(server, folder, glia):
    runs = by_name(server)
    require("linked" not in runs or runs["linked"].get("refused"), runs.get("linked"))
    require(runs["leaking"]["status"] == "damaged" and "leads out" in runs["leaking"]["refused"], runs["leaking"])
    require(runs["inside"]["status"] == "ok", runs["inside"])
    for path in ("/", "/api/runs", "/show?name=leaking", "/part?name=leaking&what=report", "/api/run?name=leaking",
                 "/groups.csv?name=leaking", "/show?name=linked"):
        require(SECRET.encode() not in server.get(path)[2], path)


def test_what_is_damaged_stops_nothing(server, folder, glia):
    runs = by_name(server)
    for name in ("broken", "broken-sweep", "pipe-sweep", "deep", "zeros", "pipe"):
        require(runs[name]["status"] == "damaged", name, runs[name])
        status, _, body = server.get(f"/show?name={name}")
        require(status == 200, name, status, body[-500:])
        report = server.text(f"/part?name={name}&what=report")
        if not name.endswith("-sweep"):  # whose results name the commands that repeat its failures
            require(str(folder.parent) not in report, "it tells where the folder lies", report)
    require("class=\"problem\"" in server.text("/part?name=broken&what=report"))


def test_no_file_of_epochs_stops_it(server, folder, glia):
    status, _, body = server.get("/show?name=pipe-epochs")
    require(status == 200 and b"is a named pipe, not a file" in body, status, body[-500:])
    status, _, body = server.get("/api/run?name=pipe-epochs")
    told = json.loads(body)
    require(status == 200 and told["epochs"] == [] and "named pipe" in told["problem"], status, told)
    status, _, body = server.get("/groups.csv?name=pipe")
    require(status == 422 and b"is a named pipe, not a file" in body, status, body)
    for path in ("/show?name=long-epochs", "/api/run?name=long-epochs"):
        begun = time.time()
        status, _, body = server.get(path)
        require(status == 200 and time.time() - begun < 20, path, status, time.time() - begun)  # a busy machine
    told = json.loads(body)
    require(told["epochs"][-1]["epoch"] == 2999999 and len(told["epochs"]) < 100000, told["epochs"][-1])


def test_hostile_requests_stop_nothing(server, folder, glia):
    token = f"token={server.token}"
    require(status_of(server.raw(server.line("/" + "a" * 20000))) == 431)
    require(status_of(server.raw(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000)) == 431)
    require(status_of(server.raw(b"GET /?" + token.encode() + b" HTTP/1.1\r\nHost: localhost\r\nX: " + b"z" * 40000)) == 431)
    require(status_of(server.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")) == 400)
    for junk in (b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nHost\r\n\r\n", b"\0" * 100,
                 b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nfffff"):
        status = status_of(server.raw(junk))
        require(status is None or status >= 400, junk, status)
    require(status_of(server.raw(server.line(f"/part?what=all&from=99999999999999999999&{token}"))) == 400)
    many = "&".join(f"a{i}=b" for i in range(1500))
    require(status_of(server.raw(server.line(f"/api/runs?{token}&{many}"))) == 200)
    ranges = server.line(f"/?{token}")[:-2] + b"Range: bytes=" + b",".join([b"0-"] * 2000) + b"\r\n\r\n"
    require(status_of(server.raw(ranges)) == 200)
    require(server.works())


def test_slow_and_many_clients_stop_nothing(server, folder, glia):
    slow = []
    begun = time.time()
    for _ in range(100):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        connection.sendall(b"GET / HT")
        slow.append(connection)
    require(server.works(), "a hundred slow clients stand in the way")
    drip = slow[0]
    try:
        while time.time() < begun + 20:  # a byte now and then does not keep a connection
            drip.sendall(b"T")
            time.sleep(0.5)
        raise AssertionError("a slow client was borne for 20 seconds")
    except OSError:
        pass
    for connection in slow[1:]:
        require(everything(connection) == b"", "an answer to half a request")
    flood = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(600)]
    for connection in flood:
        connection.close()
    end = time.time() + 10
    while time.time() < end:
        try:
            if server.works():
                break
        except OSError:  # closed as there are too many
            time.sleep(0.2)
    require(server.works(), "it is lost after 600 connections")
    # Whoever takes no answer in holds up nobody.
    for _ in range(20):
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        connection.sendall(server.line(f"/show?name=run&token={server.token}"))
        slow.append(connection)
    require(server.works())
    for connection in slow:
        connection.close()


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


def test_headers_keep_the_page_to_itself(server, folder, glia):
    headers = server.get("/")[1]
    require("default-src 'none'" in headers["Content-Security-Policy"], headers)
    require(headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer", headers)
    require(headers["Cache-Control"] == "no-store" and not headers["Set-Cookie"], headers)
    require(not headers["Access-Control-Allow-Origin"], headers)


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


def test_outside_only_with_the_token(glia, folder):
    process = subprocess.Popen([glia, "serve", str(folder), "--host", "0.0.0.0"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://127\.0\.0\.1:\d+/\?token=\w{48}", process.stdout.readline())[0]
        require(urllib.request.urlopen(url, timeout=20).status == 200)
        try:
            urllib.request.urlopen(url.split("?")[0], timeout=20)
            raise AssertionError("it answers without the token")
        except urllib.error.HTTPError as error:
            require(error.code == 401)
    finally:
        process.send_signal(signal.SIGTERM)
        require(process.wait(10) == 0)
    require("not encrypted" in process.stderr.read())


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


def run_tests(tests, call):
    """Calls every (name, test); the exit code."""
    failed = 0
    for name, test in tests:
        begun = time.time()
        try:
            call(test)
            print(f"ok      {time.time() - begun:5.1f} s  {name}", flush=True)
        except Exception as error:  # noqa: BLE001: told, and the next one tried
            failed += 1
            print(f"FAILED  {name}: {type(error).__name__}: {str(error)[:6000]}", flush=True)
    print(f"{len(tests) - failed} of {len(tests)} ok")
    return 1 if failed or not tests else 0


def main(glia, wanted=""):
    glia = str(Path(glia).resolve())
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_") and wanted in name]
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
