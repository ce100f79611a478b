# SPDX-License-Identifier: MIT
"""What glia serve refuses, and what those who mean harm cannot do to it: tests for serve.py."""
import json
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from folders import SECRET
from live import by_name, everything, require, status_of


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
    changed = server.get("/api/run?name=changed-epochs")[2]
    require("was changed since the run wrote it" in json.loads(changed).get("problem", ""), changed)
    require("problem" not in json.loads(server.get("/api/run?name=run")[2]))
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


def test_headers_keep_the_page_to_itself(server, folder, glia):
    headers = server.get("/")[1]
    require("default-src 'none'" in headers["Content-Security-Policy"], headers)
    require(headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer", headers)
    require(headers["Cache-Control"] == "no-store" and not headers["Set-Cookie"], headers)
    require(not headers["Access-Control-Allow-Origin"], headers)


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
