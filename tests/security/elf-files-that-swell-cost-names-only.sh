# SPDX-License-Identifier: Apache-2.0
# slow: 90
# Small ELF files that unpack, demangle or walk to much: the profile comes, in bounded memory
# and time, perhaps without names, and one line says so.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/bombs.inc"
/usr/bin/python3 - "$SRC/tests/security" <<'PYTHON'
import lzma, sys
sys.path.insert(0, sys.argv[1])
from craft import *

PCS = [(1 << 32) + 16 * i for i in range(1, 2000)]

def bomb(name, sections, pcs=PCS):
    identity = elf(name + ".so", sections)
    State.of(name + ".state", (os.path.abspath(name + ".so").encode(), dict(
        start=1 << 32, size=1 << 33, identity=identity)), pcs, cwd=os.getcwdb())

bomb("packed", [packed_section(section, 400 << 20) for section in (".debug_info", ".debug_abbrev", ".debug_line",
                                                                 ".debug_str", ".debug_ranges", ".debug_aranges")])
bomb("strings", symbols([(b"f", 16, 1 << 20)])[:1] + [packed_section(".strtab", 600 << 20)])
info = packed_section(".debug_info", 110 << 20, b"\1")
bomb("damaged", [info, (".debug_abbrev", PROGBITS, 0, bytes([1, 0x11, 0, 0, 0, 0]))])
bomb("ranges", ranges_unit(500000, 1, 1 << 46), [(1 << 32) + 16 * i for i in range(1, 100000)])
# Each parameter is twice the one before: 2^(n) times the first, in 658 bytes.
def doubled(levels):
    index = lambda n: b"S_" if n == 0 else b"S%s_" % b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n - 1:n]
    return b"_Z1fSt4pairIiiE" + b"".join(b"S_I" + index(n) * 2 + b"E" for n in range(1, levels))
bomb("demangled", symbols([(doubled(34), 16, 16 * 2000)]))
bomb("demangled-often", symbols([(doubled(20 + i % 10) + b"i" * (i // 10), 16 * i, 16) for i in range(1, 2000)]))
bomb("names", symbols([(b"n" * 60000 + b"%d" % i, 16 * i, 16) for i in range(1, 200)]))
bomb("overlapping", symbols([(b"f%d" % i, 16, 1 << 40) for i in range(100000)]))
bomb("unpacked", [(".gnu_debugdata", PROGBITS, 0, lzma.compress(bytes(300 << 20), preset=0))])
# A sibling that leads back.
abbrev = bytes([1, 0x11, 1, 0x55, 0x17, 0x11, 1, 0, 0, 2, 0x39, 1, 1, 0x13, 0, 0, 0])
unit = struct.pack("<HIB", 4, 0, 8) + bytes([1]) + struct.pack("<IQ", 0, 0) + (bytes([2]) + struct.pack("<I", 24)) * 2 + bytes(4)
bomb("siblings", [(".debug_abbrev", PROGBITS, 0, abbrev), (".debug_info", PROGBITS, 0, struct.pack("<I", len(unit)) + unit),
                  (".debug_ranges", PROGBITS, 0, struct.pack("<QQ", 1, 1 << 46) + bytes(16))])
PYTHON
for state in *.state; do
    harmless "${state%.state} of $(stat -c %s "${state%.state}.so") bytes" 0 "$COLLECT" --keep -o "${state%.state}.pb.gz" "$state"
done
valid *.pb.gz
"$MEMPROF" top demangled.pb.gz >table
has table '_Z1fSt4pair'
