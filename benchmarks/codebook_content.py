# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What do the first codebooks say: which phone is spoken, or only how it sounds?

    python benchmarks/codebook_content.py WORK [--checkpoint NAME]

WORK is a work folder of ``training/train``, for Flite and its sentences. Flite says which phone it
speaks when. A small network learns to name the phone in the middle of a frame from what some
codebooks say of the frame, of two voices (rms, awb), and is asked about a third one (slt), which
neither it nor the codec ever trained on. Printed: the share of frames named right.
"""

import argparse
import os
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import nn

FRAME = 1920
LEVEL = 0.06  # RMS, -24 dBFS
TRAINING_VOICES, TEST_VOICE = ("rms", "awb"), "slt"
PAUSE = "pau"
STEPS, BATCH = 3000, 256


class Frames(NamedTuple):
    """vectors: of every codebook ``[N, K, D]``; latents ``[N, D]``; phones: names ``[N]``."""

    vectors: torch.Tensor
    latents: torch.Tensor
    phones: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--checkpoint", default="mini")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    codec = load_codec(arguments.checkpoint)
    training = joined([spoken(codec, arguments.work, voice) for voice in TRAINING_VOICES])
    test = spoken(codec, arguments.work, TEST_VOICE)
    commonest = max(np.unique(test.phones, return_counts=True)[1]) / len(test.phones)
    table = Table("what is known of a frame", "frames named right (%)")
    for name, of in views(codec.num_codebooks):
        table.add_row(name, f"{100.0 * named_right(of(training), of(test), training, test):.1f}")
    table.add_row("nothing (the commonest phone)", f"{100.0 * commonest:.1f}")
    Console().print(table)
    print(
        f"{len(training.phones)} frames to learn from, {len(test.phones)} to name, pauses left out"
    )


def views(count: int) -> list:
    """Names of what is known, and functions that take it from frames."""
    shown = [(f"codebook {k} alone", lambda f, k=k: f.vectors[:, k]) for k in range(count)]
    for k in (2, 4, count):
        shown.append((f"codebooks 0 to {k - 1}", lambda f, k=k: f.vectors[:, :k].sum(dim=1)))
    return [*shown, ("the latent, unquantised", lambda f: f.latents)]


def spoken(codec: SpeechCodec, work: Path, voice: str) -> Frames:
    """The sentences of one voice, through the encoder."""
    found = []
    texts = sorted((work / "synthetic" / f"flite-{voice}").glob("*.txt"))
    for path in track(texts, description=voice):
        pcm, phones, ends = synthesised(work / "debian", voice, path.read_text().strip())
        found.append(coded(codec, pcm, phones, ends))
    return joined(found)


def synthesised(packages: Path, voice: str, text: str) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Speech at 24 kHz, its phones and where each ends (s)."""
    program = packages / "flite" / "usr" / "bin" / "flite"
    libraries = next((packages / "libflite1" / "usr" / "lib").glob("*-linux-gnu"))
    environment = {**os.environ, "LD_LIBRARY_PATH": str(libraries)}
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "said.wav"
        command = [str(program), "-voice", voice, "-psdur", "-t", text, "-o", str(sound)]
        said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        pcm = read_speech(sound).pcm
    pairs = [entry.rsplit(":", 1) for entry in said.stdout.split()]
    pcm = pcm * LEVEL / max(1e-6, float(np.sqrt(np.mean(pcm[np.abs(pcm) > 0.02] ** 2))))
    return pcm, [phone for phone, _ in pairs], np.array([float(end) for _, end in pairs])


def coded(codec: SpeechCodec, pcm: np.ndarray, phones: list[str], ends: np.ndarray) -> Frames:
    """Frames with a phone in their middle."""
    quantizer = codec._model.quantizer
    books = [layer._codebook.embedding for layer in quantizer.vq.layers]
    codec.reset()
    vectors, latents, names = [], [], []
    for number, start in enumerate(range(0, len(pcm) - FRAME + 1, FRAME)):
        frame = codec.encode(pcm[start : start + FRAME])
        phone = phones[min(np.searchsorted(ends, (number + 0.5) * 0.08), len(phones) - 1)]
        if phone == PAUSE:
            continue
        rows = [book[int(token)] for book, token in zip(books, frame.tokens, strict=True)]
        vectors.append(torch.stack(rows))
        latents.append(quantizer.input_proj(torch.from_numpy(frame.latent)[None, :, None])[0, :, 0])
        names.append(phone)
    return Frames(torch.stack(vectors), torch.stack(latents), np.array(names))


def joined(parts: list[Frames]) -> Frames:
    vectors, latents, phones = zip(*parts, strict=True)
    return Frames(torch.cat(vectors), torch.cat(latents), np.concatenate(phones))


def named_right(x: torch.Tensor, asked: torch.Tensor, training: Frames, test: Frames) -> float:
    """Share of the test frames whose phone a network that learnt from ``x`` names."""
    names = sorted(set(training.phones))
    wanted = torch.tensor([names.index(phone) for phone in training.phones])
    mean, spread = x.mean(dim=0), x.std(dim=0) + 1e-6
    network = nn.Sequential(
        nn.Linear(x.shape[1], 256), nn.GELU(), nn.Dropout(0.2), nn.Linear(256, len(names))
    )
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS)
    with torch.enable_grad():
        for _ in range(STEPS):
            rows = torch.randint(len(x), (BATCH,))
            said = network((x[rows] - mean) / spread)
            loss = nn.functional.cross_entropy(said, wanted[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    with torch.no_grad():
        found = network.eval()((asked - mean) / spread).argmax(dim=1)
    return float(np.mean(np.array(names)[found.numpy()] == test.phones))


if __name__ == "__main__":
    main()
