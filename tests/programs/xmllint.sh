# SPDX-License-Identifier: Apache-2.0
# slow: 20
. "$SRC/tests/lib.sh"
need xmllint
document() {
    awk -v rows="$1" 'BEGIN {
        print "<list>"
        for (n = 0; n < rows; n++)
            printf "<entry id=\"e%d\" kind=\"k%d\"><name>name %d</name><value unit=\"m\">%d.%d</value></entry>\n", n, n % 9, n * 7919 % 10007, n, n % 10
        print "</list>"
    }'
}
document 210000 >large.xml # 20 MB
document 6000 >small.xml
work() {
    $RUN xmllint --format --c14n "../$1.xml"
}
compare work xmllint 512K:large 64K:large 1:small
