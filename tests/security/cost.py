# SPDX-License-Identifier: Apache-2.0
"""cost.py COMMAND...: runs it and prints its exit status, the largest memory of it and its
children in MiB, and the seconds of processor they took.  Output goes to ./out and ./err."""
import resource
import subprocess
import sys

with open("out", "wb") as out, open("err", "wb") as err:
    status = subprocess.run(sys.argv[1:], stdout=out, stderr=err, stdin=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(status, used.ru_maxrss // 1024, round(used.ru_utime + used.ru_stime))
