# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the implementations of Mimi agree, given the same random weights and speech?

    python benchmarks/codec_agreement.py [--frames 200]

Everything is compared with moshi's own layers, run over the whole signal and frame by frame.
These two differ after 10 s: moshi's ring of 250 keys has lost the oldest one when the first of a
frame's two steps asks for it. Ends with status 1 if fewer than 99.9 % of an implementation's tokens
equal moshi's of the same kind (whole or frame by frame; 8 bits do not count).
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
from gnuradio.largesc.codec.speech_codec import SpeechCodec, never_compile
from gnuradio.largesc.codec.verification import RECORDING
from other_mimi import save_for_rustymimi, to_transformers
from rich.console import Console
from rich.table import Table

FRAME = 1920
LEAST_AGREEMENT = 0.999
Result = tuple[np.ndarray, np.ndarray]  # tokens [frames, 8], samples [frames * 1920]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--frames", type=int, default=200)
    pcm = speech(parser.parse_args().frames)
    never_compile()
    torch.set_grad_enabled(False)
    whole = moshi_offline(pcm)
    tokens = whole[0]
    framewise = streamed(SpeechCodec(build_random_mimi(8), "0000"), pcm, tokens)
    results = {
        "moshi, frame by frame": framewise,
        "this module, frame by frame": streamed(load_codec(RANDOM_MIMI), pcm, tokens),
        "the same with int8": streamed(load_codec(RANDOM_MIMI, int8=True), pcm, tokens),
        "rustymimi, frame by frame": rusty(pcm, tokens),
        "transformers, whole": transformers_offline(pcm, tokens),
    }
    columns = (f"{what} {of}" for of in ("whole", "framewise") for what in ("tokens", "audio"))
    table = Table("compared with moshi:", *columns)
    for name, result in results.items():
        table.add_row(name, *agreement(result, whole), *agreement(result, framewise))
    Console(width=110).print(table)
    used = ", ".join(str(len(np.unique(tokens[:, k]))) for k in range(8))
    print(f"{len(tokens)} frames; different tokens per codebook: {used}")
    print("tokens: share of equal ones; audio: largest difference as part of the peak")
    for checkpoint in (RANDOM_MIMI, "mini"):
        print(f"int8 against fast, {checkpoint}: {int8_shares(checkpoint, pcm)}")
    for name, result in results.items():
        reference = whole if name.endswith("whole") else framewise
        if "int8" not in name and np.mean(result[0] == reference[0]) < LEAST_AGREEMENT:
            sys.exit(f"{name}: tokens differ from moshi's")


def speech(frames: int) -> np.ndarray:
    """The recording that the module brings along, over and over at changing level."""
    pcm, _ = soundfile.read(RECORDING, dtype="float32")
    repeats = -(-frames * FRAME // len(pcm))
    levels = 0.5 ** np.arange(repeats)
    return (levels[:, None] * pcm).astype(np.float32).ravel()[: frames * FRAME]


def agreement(found: Result, expected: Result) -> tuple[str, str]:
    equal = np.mean(found[0] == expected[0])
    difference = np.abs(found[1] - expected[1]).max() / np.abs(expected[1]).max()
    return f"{equal:.2%}", f"{difference:.1e}"


def int8_shares(checkpoint: str, pcm: np.ndarray) -> str:
    """Equal tokens of 32 and of 8 bits, all together and per codebook."""
    fast, int8 = (
        np.stack([codec.encode(frame).tokens for frame in pcm.reshape(-1, FRAME)])
        for codec in (load_codec(checkpoint), load_codec(checkpoint, int8=True))
    )
    equal = fast == int8
    return f"{equal.mean():.1%} ({', '.join(f'{share:.1%}' for share in equal.mean(axis=0))})"


def moshi_offline(pcm: np.ndarray) -> Result:
    model = build_random_mimi(8)
    codes = model.encode(torch.from_numpy(pcm).view(1, 1, -1))
    return codes[0].T.numpy(), model.decode(codes).view(-1).numpy()


def streamed(codec: SpeechCodec, pcm: np.ndarray, tokens: np.ndarray) -> Result:
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
    found, decoded = [], []
    for frame, row in zip(pcm.reshape(-1, FRAME), tokens, strict=True):
        found.append(codec.encode_step(frame[None, None])[0, :, 0])
        decoded.append(codec.decode_step(row.astype(np.uint32)[None, :, None]).ravel())
    return np.stack(found).astype(np.int64), np.concatenate(decoded)


if __name__ == "__main__":
    main()
