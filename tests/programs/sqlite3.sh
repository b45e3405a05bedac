# SPDX-License-Identifier: Apache-2.0
# slow: 40
# Inserts, updates and joins.
. "$SRC/tests/lib.sh"
need sqlite3
work() {
    local rows=20000
    [[ $1 == large ]] && rows=200000
    $RUN sqlite3 base.db <<SQL
PRAGMA synchronous=off;
CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, price REAL, shop INTEGER);
CREATE TABLE shop(id INTEGER PRIMARY KEY, city TEXT);
CREATE INDEX by_name ON item(name);
BEGIN;
$(seq "$rows" | awk '{ printf "INSERT INTO item VALUES(%d, \"item %d\", %d.%02d, %d);\n", $1, ($1 * 7919) % 100003, $1 % 500, $1 % 100, $1 % 50 }')
INSERT INTO shop SELECT DISTINCT shop, 'city ' || (shop * 31 % 17) FROM item;
$(seq 1 97 "$rows" | awk '{ printf "UPDATE item SET price = price * 1.1, name = name || \" again\" WHERE id = %d;\n", $1 }')
COMMIT;
UPDATE item SET price = price + 1 WHERE id % 3 = 0;
SELECT city, count(*), round(sum(price), 2), max(name) FROM item JOIN shop ON shop.id = item.shop GROUP BY city ORDER BY city;
SELECT count(*) FROM item a JOIN item b ON a.name = b.name WHERE a.id < b.id;
SELECT group_concat(name, ',') FROM (SELECT name FROM item ORDER BY price DESC, id LIMIT 200);
SELECT * FROM nothing_like_it;
SQL
}
compare work sqlite3 512K:large 64K:large 1:small
