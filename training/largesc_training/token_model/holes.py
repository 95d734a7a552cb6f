# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a receiver knows of a stream: packets, repetition, losses and look-ahead in one step.

The link's own sender and receiver (``largesc.link``, the playout in ``lib/``) do the same packet by
packet; a test compares them.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from largesc.frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS

from .erasures import loss_pattern
from .settings import Losses


class Sent(NamedTuple):
    """A sender's choice for every frame, int ``[frames]`` each, and whether it called it silent."""

    n_primary: np.ndarray
    n_redundant: np.ndarray
    lag: np.ndarray
    silent: np.ndarray


class Known(NamedTuple):
    """int16 ``[frames, 8]`` each, -1 where unknown.

    Attributes:
        played: what the listener should hear: what is due, and what was lost of the codebooks that
            the sender sends; of a silent frame, silence.
        received: what each frame's own packet brought.
        due: what is known when the frame is due, repeated tokens and announced silence included.
    """

    played: np.ndarray
    received: np.ndarray
    due: np.ndarray


@dataclass(frozen=True)
class Receiver:
    """A receiver's constants.

    Attributes:
        look_ahead: frames that it waits before a frame is due.
        silence: int16 ``[8]``, what it plays for a silent frame.
        fill_unsent: it plays also codebooks that nobody sent.
    """

    look_ahead: int
    silence: np.ndarray
    fill_unsent: bool = False

    def known(self, tokens: np.ndarray, sent: Sent, lost: np.ndarray) -> Known:
        """What it knows of int16 ``[frames, 8]``, one packet per frame, lost where true.

        The sequence is the start of a stream: the first ``look_ahead`` frames have never been the
        newest when something was due, and count as not received (docs/recovery.md).
        """
        came = ~lost
        own = (came & ~sent.silent)[:, None] & _first(sent.n_primary)
        received = np.where(own, tokens, MISSING_TOKEN)
        due = np.where((came & sent.silent)[:, None], self.silence, received)
        self._merge_repeated(due, tokens, sent, came)
        received[: self.look_ahead] = MISSING_TOKEN
        spoken = np.where(sent.silent[:, None], self.silence, tokens)
        filled = np.where(_first(self._filled(sent, came)), spoken, MISSING_TOKEN)
        played = np.where(due == MISSING_TOKEN, filled, due)
        return Known(played.astype(np.int16), received.astype(np.int16), due.astype(np.int16))

    def _filled(self, sent: Sent, came: np.ndarray) -> np.ndarray:
        """Codebooks to fill in each frame: those sent; of a lost frame, as many as were sent in
        the last packet that came before it is due (``frame_store::step`` in ``lib/``)."""
        frames = np.arange(len(came))
        if self.fill_unsent:
            return np.full(len(came), NUM_CODEBOOKS)
        spoke = came & ~sent.silent
        last = np.maximum.accumulate(np.where(spoke, frames, -1))
        chosen = np.where(last >= 0, sent.n_primary[last], NUM_CODEBOOKS)
        guessed = chosen[np.minimum(frames + self.look_ahead, len(came) - 1)]
        return np.where(spoke, sent.n_primary, guessed)

    def _merge_repeated(
        self, due: np.ndarray, tokens: np.ndarray, sent: Sent, came: np.ndarray
    ) -> None:
        """A later packet's repeated tokens, if it comes in time; silent frames are not repeated."""
        packets = np.arange(len(tokens))
        earlier = packets - sent.lag
        useful = came & (sent.n_redundant > 0) & (sent.lag <= self.look_ahead) & (earlier >= 0)
        useful &= ~sent.silent[np.maximum(earlier, 0)]
        # One lag at a time, or two packets that repeat the same frame would overwrite each other.
        for lag in np.unique(sent.lag[useful]):
            packet = packets[useful & (sent.lag == lag)]
            frame = packet - lag
            fills = _first(sent.n_redundant[packet]) & (due[frame] == MISSING_TOKEN)
            due[frame] = np.where(fills, tokens[frame], due[frame])


def _first(count: np.ndarray) -> np.ndarray:
    """Which tokens are the first ``count[t]`` of frame t, bool ``[frames, 8]``."""
    return np.arange(NUM_CODEBOOKS) < count[:, None]


def draw_sent(
    silent: np.ndarray, losses: Losses, look_ahead: int, rng: np.random.Generator
) -> Sent:
    """A sender's choices for a sequence of which frames are ``silent`` by their level.

    Half of those that vary at all choose anew for every frame, as a controller does. The lag
    is one the receiver waits for, where it waits at all.
    """
    frames = len(silent)
    n_primary, n_redundant = np.full(frames, NUM_CODEBOOKS), np.zeros(frames, dtype=int)

    def chosen(low: int, high: int) -> np.ndarray:
        each = rng.random() < 0.5
        drawn = rng.integers(low, high + 1, frames if each else 1)
        return np.broadcast_to(drawn, frames)

    if rng.random() < losses.fewer_codebooks:
        n_primary = chosen(4, 7)
    if rng.random() < losses.redundancy:
        n_redundant = chosen(1, 7)
    lag = np.full(frames, rng.integers(1, max(1, look_ahead) + 1))
    announced = silent & (rng.random() < losses.silence)
    return Sent(n_primary, n_redundant, lag, announced)


def draw_lost(frames: int, losses: Losses, rng: np.random.Generator) -> np.ndarray:
    """Losses bool ``[frames]`` by a process, a rate and a burst length that are drawn."""
    names, shares = list(losses.processes), np.array(list(losses.processes.values()))
    process = names[rng.choice(len(names), p=shares / shares.sum())]
    rate, burst = rng.uniform(*losses.loss_rate), rng.uniform(*losses.mean_burst)
    return loss_pattern(process, frames, rate, burst, rng)
