# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time to pack and parse a packet on one core: C++, through the bindings, and plain Python.

    python benchmarks/packet_speed.py [--packets 5000] [--rounds 50]

The same packets, drawn evenly over all allocations, go through all three in turn; each must give
the same bytes. Needs build/, as scripts/setup leaves it.
"""

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gnuradio.largesc import packet, packet_codec
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))
import reference_packet_codec as reference  # noqa: E402


def draw_frames(count: int) -> list[reference.Frame]:
    """Packets of speech with any allocation, always the same."""
    draw = random.Random(1)

    def tokens(number: int) -> tuple[int, ...]:
        return tuple(draw.randrange(2048) for _ in range(number))

    frames = []
    for n in range(count):
        n_redundant = draw.randint(0, 7)
        lag = draw.randint(1, 5) if n_redundant else 0
        frames.append(
            reference.Frame(n % 128, tokens(draw.randint(4, 8)), tokens(n_redundant), lag)
        )
    return frames


def least_ns(rounds: int, work: Callable[[Any], Any], inputs: list[Any]) -> float:
    """Nanoseconds per input of the fastest round."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        for each in inputs:
            work(each)
        times.append(time.perf_counter() - started)
    return 1e9 * min(times) / len(inputs)


def time_in_cpp(data: list[bytes], crc: bool, rounds: int) -> tuple[float, float]:
    """Runs benchmarks/packet_speed.cc, which checks the bytes, too."""
    program = ROOT / "build" / "benchmarks" / "packet_speed"
    lines = "\n".join(each.hex() for each in data) + "\n"
    command = [str(program), str(int(crc)), str(rounds)]
    printed = subprocess.run(command, input=lines, check=True, stdout=subprocess.PIPE, text=True)
    pack_ns, parse_ns = map(float, printed.stdout.split())
    return pack_ns, parse_ns


def time_all(
    frames: list[reference.Frame], crc: bool, rounds: int
) -> dict[str, tuple[float, float]]:
    """Nanoseconds of packing and of parsing by implementation."""
    codec = packet_codec(crc)
    packets = [packet(f.sequence, list(f.primary), list(f.redundant), f.lag) for f in frames]
    data = [reference.pack(frame, crc) for frame in frames]
    if [codec.pack(p) for p in packets] != data or [codec.parse(d) for d in data] != packets:
        raise SystemExit("the kernel and the Python implementation differ")
    return {
        "C++": time_in_cpp(data, crc, rounds),
        "C++ through the bindings": (
            least_ns(rounds, codec.pack, packets),
            least_ns(rounds, codec.parse, data),
        ),
        "plain Python": (
            least_ns(rounds, lambda frame: reference.pack(frame, crc), frames),
            least_ns(rounds, lambda each: reference.parse(each, crc), data),
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--packets", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=50)
    arguments = parser.parse_args()
    build = ["cmake", "--build", str(ROOT / "build"), "--target", "packet_speed"]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    frames = draw_frames(arguments.packets)
    table = Table("", "check value", "pack (ns)", "parse (ns)", "packed and parsed per second")
    for crc in (False, True):
        for name, (pack_ns, parse_ns) in time_all(frames, crc, arguments.rounds).items():
            both = f"{1e9 / (pack_ns + parse_ns):,.0f}"
            table.add_row(name, "yes" if crc else "no", f"{pack_ns:,.0f}", f"{parse_ns:,.0f}", both)
    Console().print(table)
    print(f"{len(frames)} packets, the fastest of {arguments.rounds} rounds, one core")


if __name__ == "__main__":
    main()
