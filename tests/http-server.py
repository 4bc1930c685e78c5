#!/usr/bin/env python3
# http-server.py: a web server on the loopback address that serves a folder, cuts, redirects and refuses.
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: http-server.py FOLDER LOG

Prints its port, logs each request as PATH RANGE, and stops by itself after a minute.
  /PATH           the file; Range is honoured
  /OWNER/MODEL/resolve/REVISION/FILE
                  the model hub's addresses: redirects to /OWNER/MODEL/FILE, signed, on another host
  /moved/PATH     redirects to /PATH
  /cut/PATH       closes the connection after half of what is asked for, at the first request
  /whole/PATH     cannot serve a range
  anything else   404
"""
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder, log = sys.argv[1:]
cut = set()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = self.headers.get("Range")
        with open(log, "a") as lines:
            print(self.path, asked or "-", file=lines)
        manner, name = re.fullmatch(r"/(moved/|cut/|whole/)?([^?]*)(?:\?.*)?", self.path).groups("")
        hub = re.fullmatch(r"([^/]+/[^/]+)/resolve/[0-9a-f]{40}/([^/]+)", name)
        if hub:
            name = "/".join(hub.groups())
        if manner == "moved/":
            return self.redirect(f"/{name}")
        if not os.path.isfile(os.path.join(folder, name)):
            return self.send_error(404)
        if hub:
            return self.redirect(f"http://localhost:{server.server_port}/{manner}{name}?signature=0")
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        start = int(asked[len("bytes="):].rstrip("-")) if asked and manner != "whole/" else 0
        if start and start >= len(data):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(data)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        body = data[start:]
        if manner == "cut/" and name not in cut:
            cut.add(name)
            body = body[:len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)

    def redirect(self, address):
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
limit = threading.Timer(60, server.shutdown)
limit.daemon = True
limit.start()
server.serve_forever()
