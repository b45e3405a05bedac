# SPDX-License-Identifier: Apache-2.0
# slow: 20
# Prometheus and VictoriaMetrics scrape /metrics again and again and answer queries: values are the program's, no counter
# falls.  FULL=1: for 60 seconds.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
need ss jq
scrapes=${FULL:+60}
scrapes=${scrapes:-4}
obeys_starts
serve_starts $PID
cat >scrape.yml <<YAML
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: memprof
    static_configs: [{targets: ["${URL#http://}"]}]
YAML
# database COMMAND...: starts it on a free port; it answers at $DATABASE.
database() {
    "$@" >"$1.log" 2>&1 &
    database=$!
    listens() { DATABASE=$(ss -Hltnp | awk -v pid="pid=$database," 'index($0, pid) && !n++ { print $4 }') && [[ $DATABASE ]]; }
    until_true listens
}
# answered QUERY VALUE
answered() {
    curl -sS -G "http://$DATABASE/api/v1/query" --data-urlencode "query=$1" >answer && [[ $(jq -r '.data.result[0].value[1]' answer) == "$2" ]]
}
# scraped: allocates and frees while it is scraped, and asks what came of it.
scraped() {
    local n allocated freed
    read -r allocated freed <totals
    for ((n = 0; n < scrapes; n++)); do
        obeyed "allocate 100"
        obeyed "free 60"
        allocated=$((allocated + 100000)) freed=$((freed + 60000))
        until_true answered "memprof_allocated_bytes_total{pid=\"$PID\"}" $allocated
        until_true answered "memprof_inuse_bytes{pid=\"$PID\"}" $((allocated - freed))
    done
    echo "$allocated $freed" >totals
    for n in allocated_bytes allocated_objects freed_bytes freed_objects samples lost_events; do
        answered "max(resets(memprof_${n}_total{pid=\"$PID\"}[5m]))" 0 || fail "$n fell: $(cat answer)"
    done
    answered "count(memprof_info{pid=\"$PID\",comm=\"obeys\"})" 1 || fail "not one line of information: $(cat answer)"
    curl -sS -G "http://$DATABASE/api/v1/query" --data-urlencode "query=count_over_time(memprof_inuse_bytes{pid=\"$PID\"}[5m])" >answer
    (($(jq -r '.data.result[0].value[1]' answer) >= scrapes)) || fail "fewer scrapes than $scrapes: $(cat answer)"
}
database_ends() {
    kill $database
    wait $database || true
}
echo 0 0 >totals
if part_needs prometheus promtool; then
    promtool check config scrape.yml >checked || fail "$(cat checked)"
    database prometheus --config.file=scrape.yml --storage.tsdb.path=prometheus.data --web.listen-address=127.0.0.1:0
    scraped
    promtool query instant "http://$DATABASE" "memprof_inuse_objects{comm=\"obeys\"}" >answer
    has answer "^memprof_inuse_objects\{.*pid=\"$PID\"\} => $((scrapes * 40)) @"
    promtool query series --match="{pid=\"$PID\"}" "http://$DATABASE" >answer
    for metric in inuse_error_bytes peak_bytes freed_objects_total samples_total lost_events_total interval_bytes state_bytes \
        last_event_age_seconds resident_bytes held_bytes start_time_seconds; do
        has answer "__name__=\"memprof_$metric\""
    done
    database_ends
fi
if part_needs victoria-metrics; then
    database victoria-metrics -promscrape.config=scrape.yml -storageDataPath=victoria.data -httpListenAddr=127.0.0.1:0 \
        -search.latencyOffset=0s -memory.allowedBytes=64MB
    scraped
    database_ends
fi
serve_ends
