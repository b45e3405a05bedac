# SPDX-License-Identifier: Apache-2.0
# slow: 40
# A server with an allocator of its own (jemalloc) and background threads, under load.
. "$SRC/tests/lib.sh"
need redis-server
need redis-benchmark
work() {
    local requests=3000
    [[ $1 == large ]] && requests=20000
    $RUN redis-server --port 0 --unixsocket "$PWD/socket" --save '' --dir "$PWD" --logfile log </dev/null &
    until_true redis-cli -s socket ping
    redis-benchmark -s socket -n $requests -c 8 -r 5000 -P 4 -q -t set,get,incr,lpush,lrange_100,sadd,hset,zadd,mset >benchmark
    [[ $(grep -c 'requests per second' benchmark) -ge 9 ]] || echo "the benchmark broke: $(cat benchmark)"
    redis-cli -s socket flushall
    seq $((requests / 3)) | awk '{ print "SET key:" $1 " value-" $1 * 7 "\nRPUSH list:" $1 % 20 " " $1 "\nHSET hash:" $1 % 30 " f" $1 " " $1 }' |
        redis-cli -s socket >/dev/null
    redis-cli -s socket debug digest
    redis-cli -s socket eval 'local s = 0 for i = 1, 900 do s = s + #redis.call("get", "key:" .. i) end return s' 0
    redis-cli -s socket lrange list:3 0 9
    redis-cli -s socket save
    redis-cli -s socket shutdown nosave
    wait $!
}
# Debian's redis-server is a link to redis-check-rdb, which looks at its name.
compare work 'redis-*' 512K:large 64K:small 1:small
