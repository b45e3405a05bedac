# SPDX-License-Identifier: Apache-2.0
"""What the mock servers have in common: an HTTP server that takes pushed profiles, refuses what breaks a rule, writes
down what it took, and fails on demand.

usage of each: PEER.py DIR [FAULT_PERCENT SEED]
  DIR/port       the port, once it listens
  DIR/log        a line of JSON per request
  DIR/taken/     the profiles that were taken, numbered
  DIR/fault      what is to happen to the next requests, a line each: a status ("429 30": with Retry-After), "hang",
                 "close" (at once), "lost" (it is taken, and no answer comes), "slow" (a byte a second), "large" (a
                 hundred megabytes), "moved URL" (308), "elsewhere URL" (302); each line is used once
"""
import gzip
import http.server
import json
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import pprof

LOCK = threading.Lock()


class Refused(Exception):
    """With a status and a reason."""


class Peer:
    def __init__(self, directory, percent=0, seed=0):
        self.directory = directory
        self.percent = percent
        self.random = random.Random(seed)
        self.count = 0
        os.makedirs(os.path.join(directory, "taken"), exist_ok=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def next_fault(self):
        try:
            with open(self.path("fault")) as file:
                lines = file.read().splitlines()
        except FileNotFoundError:
            lines = []
        if lines:
            with open(self.path("fault.new"), "w") as file:
                file.write("".join(line + "\n" for line in lines[1:]))
            os.rename(self.path("fault.new"), self.path("fault"))
            return lines[0]
        if self.random.random() * 100 < self.percent:
            return self.random.choice(["500", "503", "429 1", "408", "close", "lost"])
        return ""

    def log(self, **entry):
        with open(self.path("log"), "a") as file:
            file.write(json.dumps(entry) + "\n")

    # A subclass reads a request: profile bytes and what else is known of them.
    def parse(self, handler, body):
        raise NotImplementedError

    def take(self, handler, body):
        """The entry of the log; raises Refused."""
        data, entry = self.parse(handler, body)
        number = self.count
        path = self.path(f"taken/{number:06}.pb.gz")
        with open(path + ".new", "wb") as file:
            file.write(data)
        try:
            profile = pprof.Profile(path + ".new")
        except Exception as error:
            raise Refused(400, f"no profile: {error}")
        self.check(profile, gzip.decompress(data))
        os.rename(path + ".new", path)
        self.count += 1
        entry.update(totals=profile.totals(), samples=len(profile.samples), duration=profile.top.get(10, 0),
                     file=path, lines=list(profile.comments))
        return entry

    def check(self, profile, raw):
        raise NotImplementedError


def check_profile(profile):
    """What every server refuses: broken records, negative values."""
    for text in profile.strings_raw:
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(400, "a string is not valid UTF-8")
    for sample in profile.samples:
        if len(sample["values"]) != len(profile.types):
            raise Refused(400, "sample: wrong number of values")
        if min(sample["values"]) < 0:
            raise Refused(422, "sample: negative value")
    for broken in profile.check():
        if " has values " not in broken:  # what is in use may be more than what was allocated since
            raise Refused(400, broken)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    peer = None

    def log_message(self, *_):
        pass

    def answer(self, status, text, headers=()):
        body = text.encode() + b"\n"
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        with LOCK:
            fault = self.peer.next_fault()
        if fault == "close":
            self.close_connection = True
            with LOCK:
                self.peer.log(fault=fault, taken=False, path=self.path)
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        word, _, rest = fault.partition(" ")
        if fault == "hang":
            with LOCK:
                self.peer.log(fault=fault, taken=False, path=self.path)
            time.sleep(3600)
        if word in ("moved", "elsewhere"):
            with LOCK:
                self.peer.log(fault=fault, taken=False, path=self.path)
            self.answer(308 if word == "moved" else 302, "go there", [("Location", rest + self.path)])
            return
        if word.isdigit():
            with LOCK:
                self.peer.log(fault=fault, taken=False, path=self.path, status=int(word))
            self.answer(int(word), "as the test wants it", [("Retry-After", rest)] if rest else [])
            return
        with LOCK:
            try:
                entry = self.peer.take(self, body)
            except Refused as refused:
                self.peer.log(taken=False, path=self.path, status=refused.args[0], why=refused.args[1])
                self.answer(*refused.args)
                return
            self.peer.log(fault=fault, taken=True, path=self.path,
                          headers={name.lower(): value for name, value in self.headers.items()}, **entry)
        if fault == "lost":
            self.close_connection = True
        elif fault == "slow":
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n":
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(1)
        elif fault == "large":
            self.send_response(200)
            self.send_header("Content-Length", str(100 << 20))
            self.end_headers()
            try:
                for _ in range(100):
                    self.wfile.write(b"x" * (1 << 20))
                    with LOCK:
                        self.peer.log(sent=1 << 20)
            except OSError:
                self.close_connection = True
        else:
            self.answer(200, "")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # who closes early is part of the tests


def main(kind):
    directory = sys.argv[1]
    Handler.peer = kind(directory, *map(int, sys.argv[2:]))
    server = Server(("127.0.0.1", int(os.environ.get("PEER_PORT", "0"))), Handler)
    certificate = os.environ.get("PEER_CERT")
    if certificate:
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        if os.environ.get("PEER_CLIENT_CA"):
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(os.environ["PEER_CLIENT_CA"])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(os.path.join(directory, "port.new"), "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(os.path.join(directory, "port.new"), os.path.join(directory, "port"))
    server.serve_forever()
