# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a link: what became of every token, and spectrograms."""

from pathlib import Path

import matplotlib
import matplotlib.patches
import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..frame.tokens import FRAME_RATE, NUM_CODEBOOKS, TokenOrigin
from .speech_file import SAMPLE_RATE

matplotlib.use("Agg")

# Okabe and Ito's palette: told apart by colour-blind eyes too. Index is the TokenOrigin.
ORIGIN_COLOURS = ("#d55e00", "#0072b2", "#56b4e9", "#f0c000", "#eeeeee", "#c8c8c8", "#eedfd3")
ORIGIN_LABELS = ("missing", "primary", "redundant", "recovered", "not sent", "silence", "unknown")


def draw_token_origins(path: Path, runs: dict[str, NDArray[np.uint8]]) -> None:
    """PNG with one panel per run: time to the right, codebooks upwards.

    Args:
        path: of the PNG.
        runs: title to token origins ``[frames, 8]``.
    """
    figure = Figure(figsize=(11, 1.2 + 1.7 * len(runs)), layout="constrained")
    colours = ListedColormap(ORIGIN_COLOURS)
    norm = BoundaryNorm(np.arange(len(ORIGIN_COLOURS) + 1) - 0.5, len(ORIGIN_COLOURS))
    axes = figure.subplots(len(runs), 1, sharex=True, squeeze=False)[:, 0]
    for axis, (title, origins) in zip(axes, runs.items(), strict=True):
        extent = (0, len(origins) / FRAME_RATE, -0.5, NUM_CODEBOOKS - 0.5)
        axis.imshow(
            origins.T,
            cmap=colours,
            norm=norm,
            aspect="auto",
            origin="lower",
            extent=extent,
            interpolation="nearest",
        )
        axis.set_title(title, loc="left", fontsize=10)
        axis.set_ylabel("codebook")
        axis.set_yticks(range(0, NUM_CODEBOOKS, 2))
    axes[-1].set_xlabel("time (s)")
    handles = [
        matplotlib.patches.Patch(color=ORIGIN_COLOURS[kind], label=ORIGIN_LABELS[kind])
        for kind in TokenOrigin
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), frameon=False)
    figure.savefig(path, dpi=110)


def draw_spectrograms(path: Path, signals: dict[str, NDArray[np.float32]]) -> None:
    """PNG with one spectrogram per signal, all on the same scale of 60 dB.

    Args:
        path: of the PNG.
        signals: title to samples at 24 kHz.
    """
    figure = Figure(figsize=(11, 1.9 * len(signals)), layout="constrained")
    axes = figure.subplots(len(signals), 1, sharex=True, squeeze=False)[:, 0]
    levels = {title: _level_db(pcm) for title, pcm in signals.items()}
    # The very loudest bins are few; aligning the scale to them would leave speech in the dark.
    top = max(float(np.percentile(level, 99.7)) for level in levels.values())
    for axis, (title, level) in zip(axes, levels.items(), strict=True):
        extent = (0, len(signals[title]) / SAMPLE_RATE, 0, SAMPLE_RATE / 2000)
        image = axis.imshow(
            level,
            aspect="auto",
            origin="lower",
            extent=extent,
            cmap="magma",
            vmin=top - 60,
            vmax=top,
        )
        axis.set_title(title, loc="left", fontsize=10)
        axis.set_ylabel("kHz")
    axes[-1].set_xlabel("time (s)")
    figure.colorbar(image, ax=list(axes), label="dB", shrink=0.6, pad=0.01)
    figure.savefig(path, dpi=110)


def _level_db(pcm: NDArray[np.float32]) -> NDArray[np.float64]:
    """Power spectrogram in dB ``[513, T]``, Hann window of 1024 samples, hop 256."""
    padded = np.pad(pcm, (512, 1024))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 1024)[::256] * np.hanning(1024)
    level: NDArray[np.float64] = 20 * np.log10(np.abs(np.fft.rfft(frames)).T + 1e-6)
    return level
