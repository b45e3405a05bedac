# SPDX-License-Identifier: Apache-2.0
# slow: 10
# What is followed in one of eight windows of events gives the advice that following all of them gives: 95 %
# of what the ten best changes save, for programs of our own and for those that are installed.
. "$SRC/tests/lib.sh"
# both NAME COMMAND...
both() {
    local name=$1 windows
    shift
    for windows in 1 8; do
        MEMPROF_SEED=5 MEMPROF_LIFETIMES=$windows "$MEMPROF" run --advise -q --state-max=256M -o "$name.$windows.pb.gz" -- "$@" >/dev/null
        "$MEMPROF" advise --json "$name.$windows.pb.gz" >"$name.$windows.json"
    done
    /usr/bin/python3 "$SRC/tests/tools/agree.py" "$name.1.json" "$name.8.json"
}
both ledger "$TARGETS/ledger" 400
both markup "$TARGETS/markup" 1000
/usr/bin/python3 - <<'PYTHON'
import json
with open("words.sql", "w") as file:
    file.write("create table t(a integer primary key, b text, c real);\n")
    file.write("with recursive n(i) as (select 1 union all select i+1 from n where i<3000) insert into t select i, 'text '||i, i*1.5 from n;\n")
    file.write("create index tb on t(b);\n")
    for i in range(600):
        file.write(f"select b from t where a={i}; select upper(b)||'x' from t where b='text {i}';\n")
with open("items.json", "w") as file:
    json.dump([{"id": i, "name": f"n{i}", "tags": ["a", "b", str(i)], "v": {"x": i * 1.5}} for i in range(12000)], file)
with open("items.xml", "w") as file:
    file.write("<r>" + "".join(f'<item id="{i}"><name>n{i}</name><v a="1">text {i}</v></item>' for i in range(30000)) + "</r>")
PYTHON
! part_needs sqlite3 || both sqlite3 sqlite3 :memory: ".read words.sql"
! part_needs jq || both jq jq -c '.[] | {id, name, t: (.tags | join(","))}' items.json
! part_needs xmllint || both xmllint xmllint --format items.xml
