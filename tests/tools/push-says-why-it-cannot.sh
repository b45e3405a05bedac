# SPDX-License-Identifier: Apache-2.0
# What is wrong with an option, a file or a server is one line, and the status is 2.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
. "$SRC/tests/peers/push.inc"
need openssl
push() { LD_PRELOAD=$TARGETS/liblater.so "$MEMPROF" push "$@"; }
obeys_starts
url=--url=http://127.0.0.1:1
refused 2 "^memprof push: where to is not said; try --url" push $PID
refused 2 "'pyroscope:4040' has no scheme; try http://pyroscope:4040$" push --url=pyroscope:4040 $PID
refused 2 "neither http nor https$" push --url=ftp://host $PID
refused 2 "is no URL" push --url='http://' $PID
refused 2 "try --auth-file$" push --url=http://user:secret@host $PID
lacks err secret
refused 2 "nothing may follow its path" push --url='http://host/?x=1' $PID
refused 2 "--name: 'my shop': a name has letters" push $url --name='my shop' $PID
refused 2 "label 'a' is given twice$" push $url -l a=1 -l a=2 $PID
refused 2 "label 'HOME' is given twice; try --label-from=OTHER=SOURCE$" push $url -l HOME=1 --label-from=env:HOME $PID
refused 2 "label 'a-b': a name has letters" push $url -l a-b=1 $PID
refused 2 "label 'a.b': a name has letters" push $url --protocol=parca -l a.b=1 $PID
refused 2 "is not NAME=VALUE" push $url -l a $PID
refused 2 "--label-from: 'cmdline:\[': missing" push $url --label-from='cmdline:[' $PID
refused 2 "is none of env:VAR, cgroup" push $url --label-from=everything $PID
refused 2 "--every: '0' is not a time from 1s to 30m; try 15s" push $url --every=0 $PID
refused 2 "--every: '2h' is not" push $url --every=2h $PID
refused 2 "--protocol: .*try" push $url --protocol=otlp $PID
refused 2 "--output goes with --dry-run alone" push $url -o x $PID
refused 2 "no process is given; try --all" push $url
refused 2 "no recorded process is called nobody-is-called-so; try memprof ps$" push $url nobody-is-called-so
refused 2 "^memprof push: .*999999" push $url 999999
refused 2 "standard input cannot be pushed" push $url -
refused 2 "--auth-file: missing: No such file" push $url --auth-file=missing $PID
echo 'bearer secret' >auth && chmod 644 auth
refused 2 "--auth-file: auth: other users may read it; try chmod 600$" push $url --auth-file=auth $PID
chmod 600 auth && echo secret >auth
refused 2 "--auth-file: auth, line 1: none of" push $url --auth-file=auth $PID
lacks err secret
echo 'Content-Length: 5' >auth
refused 2 "auth, line 1: none of" push $url --auth-file=auth $PID
refused 2 "--ca: missing: No such file" push $url --ca=missing $PID
refused 2 "--base|/dev/null" push $url --base=/dev/null $PID
: >empty
refused 2 "^memprof push: .*empty" push $url empty
obeyed "allocate 10"
if [[ -e /dev/full ]]; then refused 2 "/dev/full: No space left on device$" push $url --dry-run -o /dev/full $PID; fi
# A certificate that nobody vouches for, and one for another host.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=elsewhere -addext subjectAltName=DNS:elsewhere -keyout key -out cert 2>/dev/null
cat key cert >both
PEER_CERT=$PWD/both peer_starts pyroscope
URL=https://127.0.0.1:$PEER_PORT
refused 2 "^memprof push: $URL: .*certificate" push --url="$URL" --once $PID
refused 2 "^memprof push: $URL: .*(subject name|certificate)" push --url="$URL" --ca=cert --once $PID
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=here -addext subjectAltName=IP:127.0.0.1 -keyout key -out cert 2>/dev/null
cat key cert >both
peer_ends
# One that was good until years ago.
printf '[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index\nserial=serial\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=IP:127.0.0.1\n' >ca.cnf
: >index && echo 01 >serial
openssl req -new -newkey rsa:2048 -nodes -subj /CN=here -keyout old.key -out old.request 2>/dev/null
openssl ca -batch -notext -config ca.cnf -selfsign -keyfile old.key -in old.request -out old -extensions x \
    -startdate 20200101000000Z -enddate 20200201000000Z 2>/dev/null
cat old.key old >old.both
PEER_CERT=$PWD/old.both peer_starts pyroscope
URL=https://127.0.0.1:$PEER_PORT
refused 2 "^memprof push: $URL: .*certificate has expired" push --url="$URL" --ca=old --once $PID
peer_ends
# Each has a certificate of its own; secrets are sent, and told to nobody.
printf '# of the test\nbasic me:secret\nX-Scope-OrgID: tenant 7\n' >auth
PEER_CERT=$PWD/both PEER_CLIENT_CA=$PWD/cert peer_starts pyroscope
URL=https://127.0.0.1:$PEER_PORT
pass 0 20
is "status over TLS" 0 "$(status_of push --url="$URL" --ca=cert --cert=cert --key=key --auth-file=auth --once $PID)"
has peer/log '"authorization": "Basic bWU6c2VjcmV0".*"x-scope-orgid": "tenant 7"'
is "status of a dry run" 0 "$(status_of push --url="$URL" --auth-file=auth --dry-run -o body $PID)"
has out '^Authorization: \(from --auth-file\)$'
has out '^X-Scope-OrgID: \(from --auth-file\)$'
lacks <(cat out err; echo end) 'secret|tenant|bWU6'
peer_ends
exec {OBEYS[1]}>&-
wait $PID || true
rm -f memprof.obeys.*
