# SPDX-License-Identifier: Apache-2.0
# slow: 40
# A gate says which change it sees in 90 % of cases.  In simulated runs, exact and sampled, of sites with a tenth of a
# mark up to nine hundred, a site that grows by as much fails it in 85 to 95 % of cases, give or take the chance of
# 500 trials, whose random numbers are the same every time: this does not fail by chance.  FULL=1 takes 4000 trials,
# and 200 of recorded runs of a real program, which miss the 85 to 95 % in one of 50 tries where the truth is 90 %.
. "$SRC/tests/lib.sh"
"$B/tests/statistics/trials" "$([[ ${FULL:-} ]] && echo 4000 || echo 500)"
[[ ! ${FULL:-} ]] || /usr/bin/python3 "$SRC/tests/statistics/calibrate.py" "$B" sees long
