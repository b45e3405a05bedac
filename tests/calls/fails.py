# SPDX-License-Identifier: Apache-2.0
"""fails.py: the n-th mmap, madvise, ... of the shim fails, for every n, once and for
ever; and so does each system call that the shim and memprof-end make without libc.  The
program is the same, and what it left is right or says what is missing."""
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["SRC"], "tests"))
import pprof

EPERM, EINTR, EAGAIN, ENOMEM, EACCES, EINVAL, EMFILE, ENOSPC, ENOSYS = 1, 4, 11, 12, 13, 22, 24, 28, 38
CALLS = [("mmap", ENOMEM), ("mprotect", ENOMEM), ("madvise", ENOMEM), ("madvise", EINVAL), ("open", EMFILE),
         ("mkdir", EPERM), ("ftruncate", ENOSPC), ("getrandom", EAGAIN)]
AT_START = [("access", EACCES)]  # nobody finds the collector
TARGETS, STATE_DIR, SHIM = os.environ["TARGETS"], os.environ["MEMPROF_DIR"], os.environ["SHIM"]
COLLECT, SOAK = os.environ["COLLECT"], os.environ.get("SOAK")
MEMPROF_END = os.path.join(os.path.dirname(SHIM), "memprof-end")
PROGRAMS = [[TARGETS + "/many_sites", "900"], [TARGETS + "/short_threads", "5"]]
# How the program runs, from when on the call fails, and whose calls.
SITES = [([TARGETS + "/ends", "_exit"], "start", SHIM), ([TARGETS + "/short_threads", "5"], "start", SHIM),
         ([TARGETS + "/ends", "exit"], "end", SHIM), ([TARGETS + "/ends", "exit"], "end", MEMPROF_END)]
SITE_ERRORS = [EPERM, EINTR, EAGAIN, ENOMEM, ENOSYS] if SOAK else [EPERM]


def run(program, collector, **failing):
    for path in glob.glob("*") + glob.glob(STATE_DIR + "/*"):
        os.unlink(path)
    environment = dict(os.environ, MEMPROF_INTERVAL="1", MEMPROF_COLLECTOR=collector,
                       LD_PRELOAD=SHIM + " " + TARGETS + "/libfailcalls.so", **failing)
    done = subprocess.run(program, env=environment, capture_output=True, text=True)
    return done, os.path.exists("mark")


def totals():
    """Totals and losses of what was left; None: nothing was."""
    lost = 0
    for state in glob.glob(STATE_DIR + "/*.state"):
        text = subprocess.run([os.environ["MEMPROF"], "inspect", state], capture_output=True, text=True)
        if text.returncode:  # never finished: nothing is in it
            os.unlink(state)
            continue
        losses = text.stdout.split("\nlost\n")[1]
        lost += sum(int(n) for n in re.findall(r"^  .*?(\d+)$", losses, re.M))
        subprocess.run([COLLECT, "-o", "%e.%p.pb.gz", state], check=True, capture_output=True)
    profiles = glob.glob("*.pb.gz")
    if not profiles:
        return None
    assert len(profiles) == 1, profiles
    profile = pprof.Profile(profiles[0])
    broken = list(profile.check())
    assert not broken, broken
    return profile.totals(), lost


def judge(where, done, plain, wanted):
    """The program did the same; what is left is all of it, or something says that it is not."""
    assert done.returncode == plain.returncode, f"{where}: status {done.returncode}"
    assert done.stdout == plain.stdout, f"{where}: prints {done.stdout}"
    said = done.stderr.splitlines()
    assert all(line.startswith("memprof: ") for line in said), f"{where}: {done.stderr}"
    assert len(said) <= 1, f"{where}: more than a line: {done.stderr}"
    left = totals()
    if left is None:
        assert said, f"{where}: no profile, and nothing is said"
        return
    got, lost = left
    assert got == wanted or lost, f"{where}: {got} instead of {wanted}, and nothing is said"
    assert all(g <= w for g, w in zip(got, wanted)), f"{where}: {got} is more than {wanted}"


def sweep(program, collector, calls, wanted, plain):
    tries = 0
    for call, error in calls:
        for forever in (False, True):
            at = 1
            while at < 400:
                failing = {"FAIL_FOREVER": "1"} if forever else {}
                done, reached = run(program, collector, FAIL_CALL=call, FAIL_AT=str(at), FAIL_ERRNO=str(error),
                                    FAIL_MARK="mark", **failing)
                where = f"{os.path.basename(program[0])}, {call} {error} number {at}{' and on' if forever else ''}"
                judge(where, done, plain, wanted)
                if not reached:
                    break
                tries += 1
                at += 1 if at < 7 or SOAK else 7
    return tries


def sites(path):
    """(function, address after it) of the system calls in the code of `path`."""
    code = subprocess.run(["objdump", "-d", "--no-show-raw-insn", path], check=True, capture_output=True, text=True)
    function, found, seen = "", [], False
    for line in code.stdout.splitlines():
        if line.endswith(">:"):
            function = line.split("<")[1][:-2]
        elif ":\t" in line:
            address, instruction = line.split(":\t", 1)
            if seen:
                found.append((function, address.strip()))
            seen = re.match(r"syscall|svc\s", instruction) is not None
    return found


def sweep_sites(program, moment, path, wanted, plain):
    tries = 0
    failing = {"FAIL_IN_SHIM": "1"} if path == SHIM else {}
    for function, address in sites(path):
        for error in SITE_ERRORS:
            done, _ = run(program, COLLECT, FAIL_SITE=address, FAIL_FROM=moment, FAIL_ERRNO=str(error), **failing)
            where = f"{' '.join(program)}, a system call of {function}, before {address}, {error} from the {moment} on"
            judge(where, done, plain, wanted)
            tries += 1
    assert tries > 20, f"{path} makes {tries} system calls"
    return tries


def main():
    tries = 0
    for program in PROGRAMS:
        plain = subprocess.run(program, capture_output=True, text=True)
        run(program, "none")
        wanted = totals()[0]
        tries += sweep(program, "none", CALLS, wanted, plain)
        tries += sweep(program, COLLECT, AT_START, wanted, plain)
    print(tries, "tries")
    site_tries = 0
    for program, moment, path in SITES:
        plain = subprocess.run(program, capture_output=True, text=True)
        run(program, COLLECT)
        wanted = totals()[0]
        site_tries += sweep_sites(program, moment, path, wanted, plain)
    print(site_tries, "tries of system calls")
    return 0 if tries > 50 else 1


try:
    sys.exit(main())
except AssertionError as error:
    sys.exit(f"{error}")
