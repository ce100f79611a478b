# SPDX-License-Identifier: MIT
"""glia serve as tests talk to it: the program, its answers and its events."""
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request


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
