# SPDX-License-Identifier: Apache-2.0
# A page of another site reaches nothing, by whatever name; and what HTTP has of odd requests is refused.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
obeys_starts
obeyed "allocate 1"
printf 'a secret of some length\n' >token
chmod 600 token
serve_starts --allow-host=profiles.example $PID
for host in localhost 127.0.0.1:80 '[::1]:6070' 192.0.2.7 profiles.example:80 LOCALHOST; do
    answers 200 / -H "Host: $host"
done
for host in evil.example localhost.evil.example '127.0.0.1.evil.example' 'localhost:6070:1' '[::1' 'profiles.example.' '2130706433' ''; do
    answers 403 /debug/pprof/heap -H "Host;" -H "Host: $host"
done
is "an absolute address" 403 "$(curl -sS -o body -w '%{http_code}' --request-target http://evil.example/debug/pprof/heap "$URL")"
is "an absolute address" 200 "$(curl -sS -o body -w '%{http_code}' --request-target http://localhost/debug/pprof/heap "$URL")"
answers 403 / -H 'Sec-Fetch-Site: cross-site'
answers 200 / -H 'Sec-Fetch-Site: none'
has head "^Content-Security-Policy: default-src 'none'; style-src 'sha256-.*frame-ancestors 'none'"
! grep -qi '^Access-Control' head || fail "another site may read it"
is "the style's hash" "$(grep -oE "sha256-[^']*" head)" "sha256-$(sed -n 's,.*<style>\(.*\)</style>.*,\1,p' body | tr -d '\n' | openssl dgst -sha256 -binary | base64)"
for method in PUT DELETE OPTIONS POST; do
    answers 405 /debug/pprof/heap -X $method
    has head '^Allow: GET, HEAD'
done
head -c 65537 /dev/zero | tr '\0' 0 >much
answers 413 /debug/pprof/symbol --data-binary @much
for path in //debug/pprof/heap /debug/pprof/heap%00 /debug/pprof/../../etc/passwd '/debug/pprof/heap/' /99999999999/debug/pprof/heap; do
    answers 404 "$path" --path-as-is
done
/usr/bin/python3 - "${URL##*:}" >answered <<'PYTHON'
import socket, sys
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
try:
    client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * (1 << 20))
except OSError:
    pass  # it was refused before all of it was sent
print(client.recv(100).split()[1].decode())
PYTHON
is "a head of 1 MiB" 431 "$(cat answered)"
serve_ends
# Whoever is asked for a token must have it.
serve_starts --token token --no-cmdline $PID
for wrong in 'X: y' 'Authorization: Bearer a secret' 'Authorization: Bearer' "Authorization: Basic $(printf 'x:a secret' | base64)" 'Authorization: Basic !'; do
    answers 401 /debug/pprof/heap -H "$wrong"
    has head '^WWW-Authenticate: Basic'
done
answers 200 /debug/pprof/heap -H 'Authorization: Bearer a secret of some length'
answers 200 /debug/pprof/heap -u 'anybody:a secret of some length'
answers 404 /debug/pprof/cmdline -u 'anybody:a secret of some length'
serve_ends
chmod 644 token
refused 2 '^memprof serve: --token: token: other users may read it; try chmod 600' "$MEMPROF" serve --token token
printf 'short\n' >token
chmod 600 token
refused 2 '^memprof serve: --token: token: its first line has fewer than 8 characters' "$MEMPROF" serve --token token
refused 2 '^memprof serve: --token: nowhere: No such file' "$MEMPROF" serve --token nowhere
# A socket in the file system is its owner's.
serve_starts --listen unix:socket $PID
is "mode of the socket" 600 "$(stat -c %a socket)"
is "by a socket" 200 "$(curl -sS --unix-socket socket -o body -w '%{http_code}' http://localhost/debug/pprof/heap)"
refused 2 '^memprof serve: --listen: socket: somebody listens there already' "$MEMPROF" serve --listen unix:socket
kill -9 $SERVE
{ wait $SERVE || true; } 2>/dev/null
serve_starts --listen unix:socket $PID
serve_ends
[[ ! -e socket ]] || fail "the socket is left"
