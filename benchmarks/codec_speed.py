# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time per 80 ms frame of the codecs on one core, streaming, the embedded one beside Mimi.

    python benchmarks/codec_speed.py [--frames 100]

Mimi at full size runs with random weights: time does not depend on them.
"""

import argparse
import statistics
import time

import numpy as np
from gnuradio.largesc.codec.checkpoint import load_codec
from rich.console import Console
from rich.table import Table


def milliseconds_per_frame(name: str, frames: int) -> tuple[list[float], list[float]]:
    """Times of encoding and decoding, the first frames (allocation) left out."""
    codec = load_codec(name)
    rng = np.random.default_rng(0)
    encode, decode = [], []
    for _ in range(frames + 5):
        pcm = (rng.standard_normal(codec.frame_size) * 0.05).astype(np.float32)
        started = time.perf_counter()
        tokens = codec.encode(pcm).tokens
        between = time.perf_counter()
        codec.decode(tokens)
        encode.append(1000 * (between - started))
        decode.append(1000 * (time.perf_counter() - between))
    return encode[5:], decode[5:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--frames", type=int, default=100)
    frames = parser.parse_args().frames
    table = Table("codec", "encode (ms)", "decode (ms)", "worst (ms)", "of 80 ms")
    for name in ("mini", "mimi-random"):
        encode, decode = milliseconds_per_frame(name, frames)
        medians = statistics.median(encode), statistics.median(decode)
        table.add_row(
            name,
            f"{medians[0]:.1f}",
            f"{medians[1]:.1f}",
            f"{max(encode):.1f} / {max(decode):.1f}",
            f"{100 * sum(medians) / 80:.0f} %",
        )
    Console().print(table)
    print(f"median and worst of {frames} frames, one thread")


if __name__ == "__main__":
    main()
