# SPDX-License-Identifier: Apache-2.0
"""fails.py: the n-th mmap, madvise, ... of the shim fails, for every n, once and for
ever.  The program is the same, and what it left is right or says what is missing."""
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["SRC"], "tests"))
import pprof

EPERM, ENOMEM, EINVAL, EMFILE, EAGAIN, ENOSPC, EACCES = 1, 12, 22, 24, 11, 28, 13
CALLS = [("mmap", ENOMEM), ("mprotect", ENOMEM), ("madvise", ENOMEM), ("madvise", EINVAL), ("open", EMFILE),
         ("mkdir", EPERM), ("ftruncate", ENOSPC), ("clone", EAGAIN), ("getrandom", EAGAIN)]
AT_EXIT = [("clone", EAGAIN), ("access", EACCES), ("waitpid", 10)]
COPIED = [("memfd_create", EMFILE), ("write", ENOSPC), ("ftruncate", ENOSPC)]  # a state that may not be opened
TARGETS, STATE_DIR = os.environ["TARGETS"], os.environ["MEMPROF_DIR"]
PROGRAMS = [[TARGETS + "/many_sites", "900"], [TARGETS + "/short_threads", "5"]]


def run(program, collector, failing=None, always=""):
    for path in glob.glob("*") + glob.glob(STATE_DIR + "/*"):
        os.unlink(path)
    environment = dict(os.environ, MEMPROF_INTERVAL="1", MEMPROF_COLLECTOR=collector,
                       LD_PRELOAD=TARGETS + "/libfailcalls.so " + os.environ["SHIM"])
    if failing:
        call, error, at, forever = failing
        environment.update(FAIL_ALWAYS=always, FAIL_CALL=call, FAIL_AT=str(at), FAIL_ERRNO=str(error), FAIL_MARK="mark")
        if forever:
            environment["FAIL_FOREVER"] = "1"
    done = subprocess.run(program, env=environment, capture_output=True, text=True)
    return done, os.path.exists("mark")


def totals():
    """Totals and losses of what was left; None: nothing was."""
    lost = 0
    for state in glob.glob(STATE_DIR + "/*.state"):
        text = subprocess.run([os.environ["MEMPROF"], "inspect", state], capture_output=True, text=True)
        if text.returncode:  # never finished: nothing is in it
            continue
        losses = text.stdout.split("\nlost\n")[1]
        lost += sum(int(n) for n in re.findall(r"^  .*?(\d+)$", losses, re.M))
        subprocess.run([os.environ["COLLECT"], "-o", "%e.%p.pb.gz", state], check=True, capture_output=True)
    profiles = glob.glob("*.pb.gz")
    if not profiles:
        return None
    assert len(profiles) == 1, profiles
    profile = pprof.Profile(profiles[0])
    broken = list(profile.check())
    assert not broken, broken
    return profile.totals(), lost


def sweep(program, collector, calls, wanted, plain, always=""):
    tries = 0
    for call, error in calls:
        for forever in (False, True):
            at = 1
            while at < 400:
                done, reached = run(program, collector, (call, error, at, forever), always)
                where = f"{os.path.basename(program[0])}, {call} {error} number {at}{' and on' if forever else ''}"
                assert done.returncode == plain.returncode, f"{where}: status {done.returncode}"
                assert done.stdout == plain.stdout, f"{where}: prints {done.stdout}"
                assert all(line.startswith("memprof: ") for line in done.stderr.splitlines()), f"{where}: {done.stderr}"
                if not reached:
                    break
                tries += 1
                left = totals()
                if left is None:
                    assert done.stderr, f"{where}: no profile, and nothing is said"
                else:
                    got, lost = left
                    assert got == wanted or lost, f"{where}: {got} instead of {wanted}, and nothing is said"
                    assert all(g <= w for g, w in zip(got, wanted)), f"{where}: {got} is more than {wanted}"
                at += 1 if at < 7 or os.environ.get("SOAK") else 7
    return tries


def main():
    tries = 0
    for program in PROGRAMS:
        plain = subprocess.run(program, capture_output=True, text=True)
        run(program, "none")
        wanted = totals()[0]
        tries += sweep(program, "none", CALLS, wanted, plain)
        tries += sweep(program, os.environ["COLLECT"], AT_EXIT, wanted, plain)
        tries += sweep(program, os.environ["COLLECT"], COPIED, wanted, plain, "access")
    print(tries, "tries")
    return 0 if tries > 50 else 1


try:
    sys.exit(main())
except AssertionError as error:
    sys.exit(f"{error}")
