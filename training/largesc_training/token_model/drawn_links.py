# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links at random, as training wants them: a sender's choices, and what is lost."""

import numpy as np
from largesc.frame.tokens import NUM_CODEBOOKS

from .known_frames import Sent
from .loss_patterns import loss_pattern
from .settings import Losses


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
    return loss_pattern(process, frames, rate, burst, int(rng.integers(2**63)))
