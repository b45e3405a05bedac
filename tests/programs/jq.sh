# SPDX-License-Identifier: Apache-2.0
# slow: 40
. "$SRC/tests/lib.sh"
need jq
document() {
    awk -v rows="$1" 'BEGIN {
        print "["
        for (n = 0; n < rows; n++)
            printf "%s{\"id\":%d,\"name\":\"name %d\",\"tags\":[\"a%d\",\"b%d\"],\"at\":{\"x\":%d.5,\"y\":null}}\n", n ? "," : "", n, n * 7919 % 10007, n % 10, n % 7, n
        print "]"
    }'
}
document 280000 >large.json # 20 MB
document 5000 >small.json
work() {
    $RUN jq -c 'group_by(.tags[0]) | map({tag: .[0].tags[0], n: length, sum: (map(.at.x) | add)}), (.[17].name | error)' "../$1.json"
}
compare work jq 512K:large 64K:small 1:small
