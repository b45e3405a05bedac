# SPDX-License-Identifier: Apache-2.0
# slow: 40
# Clients that send or take a byte now and then, by the hundred, hold up nobody: the others are
# answered meanwhile, and whoever does not send a request is put out.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
obeys_starts
obeyed "allocate 1000"
serve_starts $PID
cat >clients.py <<'PYTHON'
import os, select, socket, sys, time, urllib.request

port = int(sys.argv[1])


def connect(sent):
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(sent)
    return client


def closed(client):
    client.settimeout(0)
    try:
        return client.recv(1 << 16) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def asked(path, status=200):
    try:
        got = urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").status
    except urllib.error.HTTPError as error:
        got = error.code
    assert got == status, (path, got)


head = b"GET /debug/pprof/heap HTTP/1.1\r\nHost: localhost\r\n"
silent = [connect(head) for _ in range(200)]
readers = [connect(head + b"\r\n") for _ in range(30)]
half = [connect(head + b"\r\n") for _ in range(10)]
for client in half:
    client.shutdown(socket.SHUT_WR)
pipelined = connect((head + b"\r\n") * 20)
answers = 0
for _ in range(20):
    asked("/debug/pprof/heap")
    asked("/metrics")
for client in half:
    assert client.recv(15).startswith(b"HTTP/1.1 200")
# One byte a second is no request in time; who has sent one may take a byte at a time.
late = None
while not all(closed(client) for client in silent):
    for client in silent:
        try:
            client.send(b"X")
        except OSError:
            pass
    for client in readers:
        client.settimeout(None)
        client.recv(1)
    time.sleep(1)
    asked("/metrics")
    if not late and any(closed(client) for client in silent):
        late = connect(head)
        asked("/metrics")
        assert not closed(late), "nobody is given time"
# More than can be answered: the silent ones make room.
crowd = [connect(head) for _ in range(400)]
asked("/metrics")
# 32 wait; one more is told to come back, and those who leave make room.
for client in crowd:
    client.close()
waiting = [connect(b"GET /debug/pprof/heap?seconds=500 HTTP/1.1\r\nHost: localhost\r\n\r\n") for _ in range(32)]
while True:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/debug/pprof/heap?seconds=1")
    except urllib.error.HTTPError as error:
        if error.code == 503 and error.headers["Retry-After"] == "1":
            break
asked("/debug/pprof/heap")
for client in waiting:
    client.close()
while True:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/debug/pprof/heap?seconds=1")
        break
    except urllib.error.HTTPError as error:
        assert error.code == 503
PYTHON
/usr/bin/python3 clients.py "${URL##*:}" || fail "a client was held up, or let go on"
# The tool that others attack servers with finds it answering.
if part_needs slowhttptest; then
    for kind in -H -X; do
        slowhttptest $kind -c 200 -r 100 -i 2 -l 5 -u "$URL/debug/pprof/symbol" -p 5 >slow.out 2>&1 || true
        has slow.out 'service available:.*YES'
    done
fi
answers 200 /metrics
serve_ends
