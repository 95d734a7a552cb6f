# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decoded sound before it becomes speech: samples of some rate and some channels."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 24000  # Hz, Mimi's
LIMIT = 2**31  # float32 samples in memory, before and after resampling: 8 GiB
LOWEST_RATE = 1000  # Hz; below there is no speech
HIGHEST_RATE = 1_000_000  # Hz; above, it is no sound that was recorded


class Sound(NamedTuple):
    """A run of samples of one rate and one number of channels.

    Attributes:
        samples: float32 ``[samples, channels]``; full scale is 1.0 but for some float files.
        rate: Hz.
    """

    samples: NDArray[np.float32]
    rate: int


class Decoded(NamedTuple):
    """What a decoder made of a stream.

    Attributes:
        sounds: in order, none empty; more than one where rate or channels change.
        notices: what is missing.
    """

    sounds: list[Sound]
    notices: list[str]


class Undecodable(ValueError):
    """No sound can be had from a stream; the message says why."""


def joined(blocks: Iterable[Sound]) -> list[Sound]:
    """Blocks, as a decoder gives them, joined where rate and channels are the same.

    Raises:
        Undecodable: a rate that is none, or more than 8 GiB would be needed.
    """
    runs = groupby(_limited(blocks), key=lambda block: (block.rate, block.samples.shape[1]))
    return [
        Sound(np.concatenate([block.samples for block in run]), rate) for (rate, _), run in runs
    ]


def _limited(blocks: Iterable[Sound]) -> Iterable[Sound]:
    total = 0.0
    for block in blocks:
        if not len(block.samples):
            continue
        if not LOWEST_RATE <= block.rate <= HIGHEST_RATE:
            raise Undecodable(
                f"a sample rate of {block.rate} Hz: {LOWEST_RATE} to {HIGHEST_RATE} Hz are read"
            )
        total += block.samples.size + len(block.samples) * SAMPLE_RATE / block.rate
        if total > LIMIT:
            raise Undecodable(f"too long: more than {LIMIT * 4 / 2**30:.0f} GiB when decoded")
        yield block
