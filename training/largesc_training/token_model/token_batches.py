# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random sequences of the training tokens, with what a link would have brought of them."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from largesc.frame.tokens import MISSING_TOKEN
from torch.utils.data import DataLoader, Dataset

from .drawn_links import draw_lost, draw_sent
from .known_frames import Known, Receiver
from .settings import TokenModelSettings
from .token_set import TokenSet


class TokenBatch(NamedTuple):
    """Sequences as the model takes them.

    Attributes:
        look_ahead: frames, of all sequences.
        played: int64 ``[B, 8, T]``, what the listener should hear; -1 behind the end of a stream.
        received: int64 ``[B, 8, T]``, own packets only, -1 where nothing came.
        due: int64 ``[B, 8, T]``, what is known when it is due; the model speaks where it is -1.
    """

    look_ahead: int
    played: torch.Tensor
    received: torch.Tensor
    due: torch.Tensor

    def to(self, device: torch.device) -> "TokenBatch":
        """The same on another device."""
        tensors = (part.to(device, non_blocking=True) for part in self[1:])
        return TokenBatch(self.look_ahead, *tensors)

    def wanted(self) -> torch.Tensor:
        """Bool ``[B, 8, T]``: tokens that the model has to say, and that are known here."""
        return (self.due == MISSING_TOKEN) & (self.played != MISSING_TOKEN)


def make_batch(look_ahead: int, sequences: list[Known], frames: int) -> TokenBatch:
    """A batch of sequences, each filled up with -1 to so many frames."""
    parts = []
    for arrays in zip(*sequences, strict=True):
        padded = [
            np.pad(one, ((0, frames - len(one)), (0, 0)), constant_values=MISSING_TOKEN)
            for one in arrays
        ]
        parts.append(torch.from_numpy(np.stack(padded).astype(np.int64)).transpose(1, 2))
    return TokenBatch(look_ahead, *parts)


class TokenBatches(Dataset, ABC):
    """Batch number n, always the same for a seed: a run that was stopped goes on as if not.

    Streams are drawn in proportion to their length, sequences from anywhere in them.

    Args:
        folder: of the token set.
        settings: of the run.
        seed: of everything drawn.
    """

    def __init__(self, folder: Path, settings: TokenModelSettings, seed: int):
        self.tokens = TokenSet(folder)
        self.rows = self.tokens.of("training")
        self.settings, self.seed = settings, seed
        ends = np.cumsum([row.frames for row in self.rows], dtype=np.float64)
        self._ends = ends / ends[-1]
        shares = np.array(list(settings.look_aheads.values()))
        self._look_aheads = list(settings.look_aheads), shares / shares.sum()

    def __len__(self) -> int:
        return 2**40

    def __getitem__(self, number: int) -> TokenBatch:
        rng = np.random.default_rng([self.seed, number])
        values, shares = self._look_aheads
        look_ahead = values[rng.choice(len(values), p=shares)]
        receiver = Receiver(look_ahead, self.tokens.silence)
        sequences = [self._sequence(receiver, rng) for _ in range(self.settings.batch_size)]
        return make_batch(look_ahead, sequences, self.settings.frames)

    def _sequence(self, receiver: Receiver, rng: np.random.Generator) -> Known:
        row = self.rows[int(np.searchsorted(self._ends, rng.random(), side="right"))]
        start = int(rng.integers(0, max(1, row.frames - self.settings.frames + 1)))
        tokens, silent = self.tokens.window(row, start, self.settings.frames)
        return self.known(tokens, silent, receiver, rng)

    @abstractmethod
    def known(
        self, tokens: np.ndarray, silent: np.ndarray, receiver: Receiver, rng: np.random.Generator
    ) -> Known:
        """What comes of a sequence int16 ``[frames, 8]`` of which frames are silent."""


class CleanBatches(TokenBatches):
    """For the base: clean speech, of which whole frames come or do not, each for itself.

    In some sequences nothing comes at all: there the model learns to speak. In the others it
    learns what the input stream is for, which a small adapter need not then teach it; nothing in
    them is of a link: no bursts, no partial frames, no repetition, no announced silence.
    """

    def known(
        self, tokens: np.ndarray, silent: np.ndarray, receiver: Receiver, rng: np.random.Generator
    ) -> Known:
        some = rng.random() < self.settings.base_received
        lost = rng.random(len(tokens)) < (rng.uniform(0.3, 0.9) if some else 1.0)
        received = np.where(lost[:, None], MISSING_TOKEN, tokens).astype(np.int16)
        due = received.copy()
        received[: receiver.look_ahead] = MISSING_TOKEN
        return Known(tokens, received, due)


class LossyBatches(TokenBatches):
    """For adapter and full fine-tuning: packets, losses and repetition of a link."""

    def known(
        self, tokens: np.ndarray, silent: np.ndarray, receiver: Receiver, rng: np.random.Generator
    ) -> Known:
        losses = self.settings.losses
        receiver.fill_unsent = bool(rng.random() < losses.fill_unsent)
        sent = draw_sent(silent, losses, receiver.look_ahead, rng)
        return receiver.known(tokens, sent, draw_lost(len(tokens), losses, rng))


def batches_from(dataset: TokenBatches, first: int, workers: int) -> DataLoader:
    """Batches ``first``, ``first + 1``, ..., made ahead by ``workers`` processes."""
    numbers = range(first, len(dataset))
    return DataLoader(dataset, batch_size=None, sampler=numbers, num_workers=workers)
