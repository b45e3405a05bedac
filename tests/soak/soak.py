# SPDX-License-Identifier: Apache-2.0
"""soak.py INTERVAL ROUNDS: runs the target `churn` and looks at it, while it rests, at a
quarter, half and the end of its rounds: the shim's own memory and the state do not grow, nothing is
lost, and the profile has (at interval 1 to the object) what the target counted."""
import glob
import os
import re
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.environ["SRC"], "tests"))
import pprof

SLACK_KIB = 320  # threads that for the first time record at the same moment: a slot each
SHARDS = 7  # shared, main, four threads, and one that comes before another has gone
TARGETS, STATE_DIR = os.environ["TARGETS"], os.environ["MEMPROF_DIR"]


def published():
    try:
        data = open("published", "rb").read()
        return struct.unpack_from("6Q", data) if len(data) >= 48 else (0,) * 6
    except FileNotFoundError:
        return (0,) * 6


def rest_after(round):
    with open("published", "r+b") as file:
        file.seek(48)
        file.write(struct.pack("Q", round))


def own_memory_kib(pid):
    """Resident memory of the shim: its object, its state, and what is wiped on fork."""
    total = rss = 0
    name = ""
    for line in open(f"/proc/{pid}/smaps"):
        if re.match(r"^[0-9a-f]+-[0-9a-f]+ ", line):
            name = line.split(None, 5)[5].strip() if len(line.split(None, 5)) > 5 else ""
        elif line.startswith("Rss:"):
            rss = int(line.split()[1])
        elif line.startswith("VmFlags:"):
            if "libmemprof.so" in name or name.endswith(".state") or " wf" in line:
                total += rss
    return total


def state_of(pid):
    return glob.glob(f"{STATE_DIR}/churn.{pid}.*.state")[0]


def inspect(pid):
    text = subprocess.run([os.environ["MEMPROF"], "inspect", state_of(pid)], check=True,
                          capture_output=True, text=True).stdout
    chunks = int(re.search(r"(\d+) of \d+ chunks", text).group(1))
    losses = text.split("\nlost\n")[1]
    return chunks, sum(int(n) for n in re.findall(r"^  .*?(\d+)$", losses, re.M)), text


def check_profile(pid, exact):
    name = f"memprof.churn.{pid}.pb.gz"
    profile = pprof.Profile(name)
    broken = list(profile.check())
    assert not broken, broken
    got = [0] * 4
    for sample in profile.samples:
        if next(profile.frames(sample))[0] == "take":
            got = [a + b for a, b in zip(got, sample["values"])]
    _, _, objects, size, freed_objects, freed_bytes = published()
    want = [objects, size, objects - freed_objects, size - freed_bytes]
    if exact:
        assert got == want, f"{got} instead of {want}"
    else:  # the total of a stratified sample is nearly exact
        assert abs(got[1] - want[1]) < 0.02 * want[1], f"{got} instead of {want}"
    return want


def main(interval, rounds):
    rounds = int(rounds)
    collector = os.environ["COLLECT"] if interval != "1" else "none"
    environment = dict(os.environ, LD_PRELOAD=os.environ["SHIM"], MEMPROF_INTERVAL=interval, MEMPROF_COLLECTOR=collector,
                       MEMPROF_STATE_MAX="16M")
    open("published", "wb").write(bytes(56))
    rest_after(rounds // 4)
    process = subprocess.Popen([TARGETS + "/churn", "published", str(rounds), TARGETS + "/libchurned.so"], env=environment)
    seen = []
    for checkpoint, following in ((rounds // 4, rounds // 2), (rounds // 2, rounds * 9 // 10), (rounds * 9 // 10, 0)):
        while published()[1] < checkpoint:
            assert process.poll() is None, f"it ended with {process.returncode}"
            time.sleep(0.002)
            if collector == "none":  # the children's
                for state in glob.glob(STATE_DIR + "/*.state"):
                    if not os.path.exists("/proc/" + state.split(".")[-3]):
                        os.unlink(state)
        chunks, lost, text = inspect(process.pid)
        memory = own_memory_kib(process.pid)
        seen.append((memory, chunks))
        print(f"round {published()[1]}: own memory {memory} KiB, state {chunks} chunks, lost {lost}", flush=True)
        assert lost == 0, text
        assert int(re.search(r"shards (\d+)", text).group(1)) <= SHARDS, text
        rest_after(following)
    assert process.wait() == 0, process.returncode
    assert seen[-1][0] <= seen[0][0] + SLACK_KIB, f"its own memory grows: {seen}"
    assert seen[-1][1] <= seen[0][1] + 1, f"the state grows: {seen}"
    if collector == "none":
        subprocess.run([os.environ["COLLECT"], state_of(process.pid)], check=True, capture_output=True)
    print("counted as it was:", *check_profile(process.pid, interval == "1"))
    for path in glob.glob(STATE_DIR + "/*.state"):
        os.unlink(path)
    return 0


try:
    sys.exit(main(*sys.argv[1:]))
except AssertionError as error:
    sys.exit(f"{error}")
