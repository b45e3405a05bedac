# SPDX-License-Identifier: Apache-2.0
# Sizes from 16 bytes to 32 MiB, mixed in one site, grown, freed, kept, in short threads.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 profiled "$TARGETS/sites" | sort >truth
dump "$(profile_of sites)" | awk '{ split($6, leaf, "@") } leaf[1] ~ /^site_/ {
        for (n = 1; n <= 4; n++) sum[leaf[1], n] += $n
        names[leaf[1]]
    } END { for (s in names) print s, sum[s, 1], sum[s, 2], sum[s, 3], sum[s, 4] }' | sort >ours
diff truth ours || fail "the profile (>) differs from the truth (<)"
