# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do four implementations of Mimi agree, given the same random weights and speech?

    python benchmarks/codec_agreement.py [--frames 100]

moshi's own model run over the whole signal is the reference; beside it our fast path and
rustymimi, both frame by frame, and transformers over the whole signal. Ends with status 1 if fewer
than 99 % of the tokens of any but the 8-bit variant are equal.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import rustymimi
import soundfile
import torch
from gnuradio.largesc.codec.checkpoint import RANDOM_MIMI, load_codec
from gnuradio.largesc.codec.random_mimi import build_random_mimi
from gnuradio.largesc.codec.speech_codec import never_compile
from gnuradio.largesc.codec.verification import RECORDING
from other_mimi import save_for_rustymimi, to_transformers
from rich.console import Console
from rich.table import Table

FRAME = 1920
LEAST_AGREEMENT = 0.99
Result = tuple[np.ndarray, np.ndarray]  # tokens [frames, 8], samples [frames * 1920]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--frames", type=int, default=100)
    pcm = speech(parser.parse_args().frames)
    never_compile()
    torch.set_grad_enabled(False)
    reference = moshi_offline(pcm)
    tokens = reference[0]
    others = {
        "this module": ours(pcm, tokens, int8=False),
        "this module, int8": ours(pcm, tokens, int8=True),
        "transformers": transformers_offline(pcm, tokens),
        "rustymimi": rusty(pcm, tokens),
    }
    table = Table("against moshi", "equal tokens", "codebooks 1 / 8", "audio, of its peak")
    for name, result in others.items():
        table.add_row(name, *agreement(result, reference))
    console = Console()
    console.print(table)
    used = ", ".join(str(len(np.unique(tokens[:, k]))) for k in range(8))
    print(f"{len(tokens)} frames; different tokens per codebook: {used}")
    exact = [result for name, result in others.items() if "int8" not in name]
    if any((found != tokens).mean() > 1 - LEAST_AGREEMENT for found, _ in exact):
        sys.exit("the implementations disagree")


def speech(frames: int) -> np.ndarray:
    """The recording that the module brings along, over and over at changing level."""
    pcm, _ = soundfile.read(RECORDING, dtype="float32")
    repeats = -(-frames * FRAME // len(pcm))
    levels = 0.5 ** np.arange(repeats)
    return (levels[:, None] * pcm).astype(np.float32).ravel()[: frames * FRAME]


def agreement(found: Result, expected: Result) -> tuple[str, str, str]:
    equal = found[0] == expected[0]
    difference = np.abs(found[1] - expected[1]).max() / np.abs(expected[1]).max()
    first_last = f"{equal[:, 0].mean():.1%} / {equal[:, 7].mean():.1%}"
    return f"{equal.mean():.2%}", first_last, f"{difference:.1e}"


def moshi_offline(pcm: np.ndarray) -> Result:
    model = build_random_mimi(8)
    codes = model.encode(torch.from_numpy(pcm).view(1, 1, -1))
    return codes[0].T.numpy(), model.decode(codes).view(-1).numpy()


def ours(pcm: np.ndarray, tokens: np.ndarray, int8: bool) -> Result:
    codec = load_codec(RANDOM_MIMI, int8=int8)
    found = np.stack([codec.encode(frame).tokens for frame in pcm.reshape(-1, FRAME)])
    return found, np.concatenate([codec.decode(row.astype(np.int16)) for row in tokens])


def transformers_offline(pcm: np.ndarray, tokens: np.ndarray) -> Result:
    model = to_transformers(build_random_mimi(8))
    codes = model.encode(torch.from_numpy(pcm).view(1, 1, -1), num_quantizers=8).audio_codes
    audio = model.decode(torch.from_numpy(tokens.T.copy())[None]).audio_values
    return codes[0].T.numpy(), audio.view(-1).numpy()


def rusty(pcm: np.ndarray, tokens: np.ndarray) -> Result:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mimi.safetensors"
        save_for_rustymimi(build_random_mimi(8), path)
        codec = rustymimi.Tokenizer(str(path), num_codebooks=8)
    found, heard = [], []
    for frame, row in zip(pcm.reshape(-1, FRAME), tokens, strict=True):
        found.append(codec.encode_step(frame[None, None])[0, :, 0])
        heard.append(codec.decode_step(row.astype(np.uint32)[None, :, None]).ravel())
    return np.stack(found).astype(np.int64), np.concatenate(heard)


if __name__ == "__main__":
    main()
