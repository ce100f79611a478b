#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A file server on 127.0.0.1 that can misbehave, for the download tests.

    server.py ROOT PORT_FILE LOG_FILE

Serves ROOT on a free port, which it writes to PORT_FILE, until its standard input is closed. Each
request adds "PATH RANGE" to LOG_FILE ("-" without a range). The start of the path says how:

    /...             as a good server does, ranges included
    /cut/N/...       stops after N bytes, unless a range is asked for
    /no-ranges/N/... the same the first time; ranges are ignored, the whole file is sent
    /status/N/...    answers with HTTP status N
"""
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

root, port_file, log_file = sys.argv[1:]
lock = threading.Lock()
seen = set()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        wanted = self.headers.get("Range")
        with lock:
            first = self.path not in seen
            seen.add(self.path)
            with open(log_file, "a") as log:
                log.write(f"{self.path} {wanted or '-'}\n")
        path, mode, number = self.path, "", 0
        head = path.split("/", 3)
        if len(head) == 4 and head[1] in ("cut", "no-ranges", "status"):
            mode, number, path = head[1], int(head[2]), "/" + head[3]
        if mode == "status":
            return self.answer(number, b"")
        try:
            with open(root + path, "rb") as file:
                data = file.read()
        except OSError:
            return self.answer(404, b"no such file")
        if mode == "no-ranges":
            return self.answer(200, data, number if first else None)
        if wanted:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(data):
                return self.answer(416, b"", headers={"Content-Range": f"bytes */{len(data)}"})
            span = f"bytes {start}-{len(data) - 1}/{len(data)}"
            return self.answer(206, data[start:], headers={"Content-Range": span})
        self.answer(200, data, number if mode == "cut" else None)

    def answer(self, status, body, stop=None, headers={}):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:stop])
        self.close_connection = True

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(port_file + ".new", "w") as out:
    out.write(str(server.server_port))
os.rename(port_file + ".new", port_file)
sys.stdin.read()
