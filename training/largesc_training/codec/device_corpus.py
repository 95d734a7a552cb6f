# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The prepared corpus where the model is: on a GPU it is moved there once, then never again.

On a CPU the audio stays on disk and is read where excerpts lie.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from ..corpus.prepared import F0_HOP, PreparedCorpus, Row
from .settings import CodecSettings

FILL_F0 = 150.0  # Hz, where a recording has no voiced step
BEFORE = 2400  # samples of silence that an excerpt may begin with
MOSTLY = 0.4  # of a recording's steps: it has pauses, too
GRID = 240  # samples: excerpts begin on multiples of it


class Places(NamedTuple):
    """Where excerpts begin, and first sample and end of their recordings; int64 ``[B, 1]``.

    An excerpt may begin before its recording and end behind it: there is silence.
    """

    start: torch.Tensor
    first: torch.Tensor
    end: torch.Tensor


class DeviceCorpus:
    """Training recordings as tensors.

    Args:
        corpus: prepared.
        settings: of the run; its source weights.
        device: where they are to live.
        phones: file of the phones; None where they are not known.
        told: whether to draw only recordings most of whose phones are known.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: nothing to train on, or nothing that may be drawn.

    Attributes:
        audio: int16 ``[N]``.
        f0: Hz, filled through unvoiced steps, float32 ``[N / 120]``.
        voiced: bool ``[N / 120]``.
        phones: uint8 ``[N / 120]``, 0 where unknown.
        hours: of the training recordings.
    """

    def __init__(
        self,
        corpus: Path,
        settings: CodecSettings,
        device: torch.device,
        phones: Path | None = None,
        told: bool = False,
    ):
        prepared = PreparedCorpus(corpus)
        rows = prepared.of("training")
        if not rows:
            raise ValueError(f"{corpus} has no recording to train on")
        self.audio = _mapped(corpus / "audio.npy").to(device)
        f0 = np.asarray(prepared.f0)
        self.f0 = torch.from_numpy(_filled(f0, prepared.rows)).to(device)
        self.voiced = torch.from_numpy(f0 > 0).to(device)
        none = torch.zeros(len(f0), dtype=torch.uint8)
        self.phones = (_mapped(phones) if phones else none).to(device)
        self.hours = sum(row.samples for row in rows) / 24000 / 3600
        self.device = device
        self._first = torch.tensor([row.first for row in rows], device=device)
        self._samples = torch.tensor([row.samples for row in rows], device=device)
        drawn = np.array([row.samples * settings.source_weight(row.group) for row in rows])
        if told:
            drawn = drawn * self._told(rows)
        if not drawn.any():
            raise ValueError(f"{corpus} has no recording to draw from")
        ends = np.cumsum(drawn) / drawn.sum()
        self._ends = torch.from_numpy(ends).to(device)

    def _told(self, rows: list[Row]) -> np.ndarray:
        known = (self.phones > 0).cpu().numpy()
        parts = [slice(r.first // F0_HOP, (r.first + r.samples) // F0_HOP) for r in rows]
        return np.array([known[part].mean() > MOSTLY for part in parts])

    def draw(self, count: int, samples: int) -> Places:
        """Random places of excerpts of so many samples, in proportion to length and weight."""
        device = self.device
        at = torch.rand(count, dtype=torch.float64, device=device)
        row = torch.searchsorted(self._ends, at).clamp(max=len(self._ends) - 1)
        # An excerpt that is mostly behind the end would teach silence.
        last = (self._samples[row] - samples // 2).clamp(min=GRID - BEFORE)
        steps = torch.rand(count, dtype=torch.float64, device=device) * (last + BEFORE) / GRID
        first = self._first[row]
        start = first - BEFORE + GRID * steps.long()
        return Places(start[:, None], first[:, None], (first + self._samples[row])[:, None])


def _mapped(path: Path) -> torch.Tensor:
    return torch.from_numpy(np.load(path, mmap_mode="c"))


def _filled(f0: np.ndarray, rows: list[Row]) -> np.ndarray:
    """Lines through the unvoiced steps of every recording."""
    filled = np.full(len(f0), FILL_F0, np.float32)
    for row in rows:
        part = slice(row.first // F0_HOP, (row.first + row.samples) // F0_HOP)
        own = f0[part]
        at = np.flatnonzero(own > 0)
        if len(at):
            filled[part] = np.interp(np.arange(len(own)), at, own[at])
    return filled
