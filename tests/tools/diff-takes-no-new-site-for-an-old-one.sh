# SPDX-License-Identifier: Apache-2.0
# A site that is new is not hidden by a small one that is gone and has the same innermost functions, nor by a frame
# that would have to be folded without anything to meet; one that moved is matched.
. "$SRC/tests/lib.sh"
make() { # FILE: a profile of stacks of one program
    sed 's/@/@a.c:/g; s/;/!prog;/g; s/$/!prog/' |
        /usr/bin/python3 "$SRC/tests/tools/make_profile.py" "$1" period=1 \
            types=alloc_objects/count,alloc_space/bytes,inuse_objects/count,inuse_space/bytes
}
kinds() {
    "$MEMPROF" diff --format=json base.pb.gz new.pb.gz | jq -r '.sites.changed[] | "\(.kind) \(.change)"' | sort
}
make base.pb.gz <<'STACKS'
1,100,0,0 wrap@1;copy@2;old@3;main@4
500,5000,0,0 work@7;main@4
STACKS
make new.pb.gz <<'STACKS'
1000,100000,0,0 wrap@1;copy@2;handle@9;main@4
500,5000,0,0 work@7;main@4
STACKS
is "a new site (the old one is too small to show)" "new 100000" "$(kinds)"
is "status of a gate on new sites" 1 \
    "$(status_of "$MEMPROF" diff --one-run --fail-on=new-site:alloc_space:1K base.pb.gz new.pb.gz)"
make new.pb.gz <<'STACKS'
1,100,0,0 wrap@1;copy@2;renamed_and_elsewhere@9;main@4
500,5000,0,0 work@7;main@4
STACKS
is "a site whose caller is another" "" "$(kinds)"
# A frame below a caller that allocates itself: folded when what it had is the caller's now, else gone.
make base.pb.gz <<'STACKS'
10,1000,0,0 helper@1;work@2;main@4
500,5000,0,0 work@7;main@4
STACKS
make new.pb.gz <<'STACKS'
510,6000,0,0 work@7;main@4
STACKS
is "a frame that was inlined" "" "$(kinds)"
make new.pb.gz <<'STACKS'
500,5000,0,0 work@7;main@4
STACKS
is "a frame that is gone" "gone -1000" "$(kinds)"
make new.pb.gz <<'STACKS'
500,5500,0,0 work@7;main@4
STACKS
is "a caller that has larger objects" "gone -1000
grew 500" "$(kinds)"
