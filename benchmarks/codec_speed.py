# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time per 80 ms frame of the codecs on one core, streaming; then a transceiver on two.

    python benchmarks/codec_speed.py [--frames 100]

First one codec after the other on one core, frame after frame: moshi's own layers (stock), ours
(fast), ours with 8-bit feed-forward layers, and rustymimi with the same weights. Then full-size
encoder and decoder in a process and on a core each, both fed a frame every 80 ms. Mimi at full size
has random weights: time does not depend on them.
"""

import argparse
import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["RAYON_NUM_THREADS"] = "1"  # rustymimi's threads; read when it is imported

import numpy as np
import rustymimi
from gnuradio.largesc.codec.checkpoint import RANDOM_MIMI, find_checkpoint, load_codec
from gnuradio.largesc.codec.checkpoint_weights import load_weights
from gnuradio.largesc.codec.mimi_builder import build_mimi
from gnuradio.largesc.codec.random_mimi import build_random_mimi
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from gnuradio.largesc.codec.token_search import read_token_search
from other_mimi import save_for_rustymimi
from rich.console import Console
from rich.table import Table

FRAME, FRAME_MS = 1920, 80
FIRST_FRAMES = 5  # not counted: memory is allocated, libraries choose their ways
Encode = Callable[[np.ndarray], np.ndarray]
Decode = Callable[[np.ndarray], np.ndarray]


def stock_mimi() -> tuple[Encode, Decode]:
    return endings(SpeechCodec(build_random_mimi(8), "0000"))


def stock_mini() -> tuple[Encode, Decode]:
    checkpoint = find_checkpoint("mini")
    model = build_mimi(checkpoint.codec_config)
    load_weights(model, checkpoint.codec_weights)
    search = read_token_search(checkpoint.codec_config)
    return endings(SpeechCodec(model, checkpoint.fingerprint, search))


def endings(codec: SpeechCodec) -> tuple[Encode, Decode]:
    return lambda pcm: codec.encode(pcm).tokens, codec.decode


def rusty_mimi() -> tuple[Encode, Decode]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mimi.safetensors"
        save_for_rustymimi(build_random_mimi(8), path)
        codec = rustymimi.Tokenizer(str(path), num_codebooks=8)
    return (
        lambda pcm: codec.encode_step(pcm[None, None])[0, :, 0],
        lambda tokens: codec.decode_step(tokens.astype(np.uint32)[None, :, None]),
    )


CODECS: dict[str, Callable[[], tuple[Encode, Decode]]] = {
    "Mimi, stock": stock_mimi,
    "Mimi, fast": lambda: endings(load_codec(RANDOM_MIMI)),
    "Mimi, fast, int8": lambda: endings(load_codec(RANDOM_MIMI, int8=True)),
    "Mimi, rustymimi": rusty_mimi,
    "mini, stock": stock_mini,
    "mini, fast": lambda: endings(load_codec("mini")),
}


def noise(frames: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.standard_normal((frames, FRAME)) * 0.05).astype(np.float32)


def times(work: Callable[[np.ndarray], np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """Milliseconds per frame."""
    found = []
    for frame in inputs:
        started = time.perf_counter()
        work(frame)
        found.append(1000 * (time.perf_counter() - started))
    return np.array(found[FIRST_FRAMES:])


def times_one_core(name: str, frames: int, results: multiprocessing.Queue) -> None:
    """In a process of its own: times of encoder and decoder, and the memory that they take."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    libraries = resident_mib()
    encode, decode = CODECS[name]()
    pcm = noise(frames + FIRST_FRAMES)
    tokens = np.random.default_rng(1).integers(0, 2048, (len(pcm), 8)).astype(np.int16)
    results.put((times(encode, pcm), times(decode, tokens), resident_mib() - libraries))


def resident_mib() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def times_paced(
    end: str, core: int, frames: int, ready: Barrier, results: multiprocessing.Queue
) -> None:
    """In a process of its own: a frame every 80 ms; times from its arrival until it is done."""
    os.sched_setaffinity(0, {core})
    codec = load_codec(RANDOM_MIMI)
    frame = noise(1)[0] if end == "encode" else np.arange(8, dtype=np.int16)
    work: Callable[[np.ndarray], object] = getattr(codec, end)
    ready.wait()
    started, found = time.perf_counter(), []
    for k in range(frames + FIRST_FRAMES):
        arrival = started + k * FRAME_MS / 1000
        time.sleep(max(0.0, arrival - time.perf_counter()))
        work(frame)
        found.append(1000 * (time.perf_counter() - arrival))
    results.put((end, np.array(found[FIRST_FRAMES:])))


def spread(values: np.ndarray) -> str:
    return f"{np.median(values):.1f} / {np.percentile(values, 95):.1f}"


def one_core(frames: int) -> Table:
    context = multiprocessing.get_context("spawn")
    title = "one core, ms per 80 ms frame: median / 95th percentile"
    table = Table("codec", "encode", "decode", "both, of 80 ms", "memory (MiB)", title=title)
    for name in CODECS:
        results = context.Queue()
        process = context.Process(target=times_one_core, args=(name, frames, results))
        process.start()
        encode, decode, memory = results.get()
        process.join()
        share = (np.median(encode) + np.median(decode)) / FRAME_MS
        table.add_row(name, spread(encode), spread(decode), f"{share:.0%}", f"{memory:.0f}")
    return table


def transceiver(frames: int) -> Table:
    context = multiprocessing.get_context("spawn")
    cores = sorted(os.sched_getaffinity(0))[:2]
    title = "transceiver, Mimi fast, a core each, a frame every 80 ms"
    table = Table("end", "ms from a frame's arrival", "late frames", title=title)
    ready, results = context.Barrier(2), context.Queue()
    ends = [
        context.Process(target=times_paced, args=(end, core, frames, ready, results))
        for end, core in zip(("encode", "decode"), cores, strict=True)
    ]
    for process in ends:
        process.start()
    for end, found in sorted((results.get() for _ in ends), reverse=True):
        table.add_row(end, spread(found), f"{(found > FRAME_MS).sum()} of {frames}")
    for process in ends:
        process.join()
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--frames", type=int, default=100)
    frames = parser.parse_args().frames
    Console().print(one_core(frames), transceiver(frames))
    print(f"{frames} frames; load average before and while measuring: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
