# SPDX-License-Identifier: Apache-2.0
# A client that closes its sending side behind its request, as `nc -N` does, gets the whole answer and then the end,
# not after the time that a silent one is given; with seconds= too, unless all places are taken.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
obeys_starts
obeyed "allocate 100"
serve_starts $PID
cat >clients.py <<'PYTHON'
import select, socket, sys

address = ("127.0.0.1", int(sys.argv[1])) if sys.argv[1].isdigit() else sys.argv[1]


def connect(sent):
    client = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
    client.connect(address)
    client.sendall(sent)
    return client


def request(path, kind="GET"):
    return f"{kind} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def half(sent):
    client = connect(sent)
    client.shutdown(socket.SHUT_WR)
    return client


def whole(client):
    """All of it, as its lengths have it: until the end."""
    with client.makefile("rb") as answer:
        statuses = []
        while line := answer.readline():
            statuses.append(int(line.split()[1]))
            length = 0
            while (line := answer.readline().strip()):
                name, value = line.split(b": ", 1)
                length = int(value) if name == b"Content-Length" else length
            assert len(answer.read(length)) == length
        return statuses


def answered(sent):
    """What one of them gets, before a silent one that came earlier is put out."""
    silent = connect(b"GET / HTTP/1.1\r\n")
    statuses = whole(half(sent))
    assert not select.select([silent], [], [], 0)[0], "it was put out as a silent one is"
    silent.close()
    return statuses


for path, status in ("/metrics", 200), ("/debug/pprof/heap", 200), ("/", 200), ("/nonsense", 404), ("/debug/pprof/heap?seconds=1", 200):
    got = answered(request(path))
    assert got == [status], (path, got)
got = answered(request("/metrics") * 3 + request("/debug/pprof/heap") + request("/nonsense"))
assert got == [200] * 4 + [404], got
# Of 33 that wait one gives way.
waiting = [half(request("/debug/pprof/heap?seconds=500")) for _ in range(33)]
for client in select.select(waiting, [], [])[0]:
    got = whole(client)
    assert got == [503], got
    waiting.remove(client)
assert len(waiting) == 32, f"{len(waiting)} wait"
assert answered(request("/metrics")) == [200]
assert not select.select(waiting, [], [], 0)[0], "another one gave way"
PYTHON
/usr/bin/python3 clients.py "${URL##*:}" || fail "by TCP"
if part_needs nc; then
    printf 'GET /debug/pprof/heap HTTP/1.0\r\nHost: localhost\r\n\r\n' | nc -N 127.0.0.1 "${URL##*:}" | sed '1,/^\r$/d' >heap.pb.gz
    valid heap.pb.gz
fi
serve_ends
serve_starts --listen unix:socket $PID
/usr/bin/python3 clients.py socket || fail "by a socket in the file system"
serve_ends
