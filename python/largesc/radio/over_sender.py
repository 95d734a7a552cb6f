# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slots one after the other, and where overs begin and end."""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.complex64]


class SlotModulator(Protocol):
    """Kernel of a waveform: packets to the samples of slots."""

    def modulate(self, packet: bytes) -> Samples:
        """A slot's samples; they begin softly after a pause. ValueError: another size."""

    def flush(self) -> Samples:
        """The over is over: its last samples, empty if there was no packet."""


class OverPart(NamedTuple):
    """Samples of one slot.

    Attributes:
        samples: complex64 ``[slot_samples]``.
        begins: the key goes down at their first.
        ends: the key goes up after their last.
    """

    samples: Samples
    begins: bool = False
    ends: bool = False


class OverSender:
    """Turns the contents of slots into overs; knows when the key is down.

    Args:
        modulator: kernel of the waveform.
        slot_samples: of one slot.
        hang: slots without a packet in a row that end an over. Before that they are gaps: nothing
            is sent, and the slots keep their time.
    """

    def __init__(self, modulator: SlotModulator, slot_samples: int, hang: int):
        self._modulator, self._slot_samples, self._hang = modulator, slot_samples, hang
        self.reset()

    def reset(self) -> None:
        """The key is up."""
        self._modulator.flush()
        self._empty: int | None = None  # slots without a packet since the last; None: key up

    @property
    def is_on(self) -> bool:
        """Whether the key is down."""
        return self._empty is not None

    def send(self, contents: bytes) -> OverPart:
        """The next slot, with a packet in it; begins an over if there is none.

        Raises:
            ValueError: a size that the waveform does not have.
        """
        samples = self._modulator.modulate(contents)
        begins, self._empty = not self.is_on, 0
        return OverPart(samples, begins=begins)

    def wait(self) -> OverPart:
        """A slot without a packet: the last one fades out; after ``hang`` of them the over ends."""
        if self._empty is None:
            return OverPart(self._quiet())
        self._empty += 1
        return self.end() if self._empty >= self._hang else OverPart(self._quiet())

    def end(self) -> OverPart:
        """The last slot of the over: it fades out; zeros follow, for the filters behind."""
        self._empty = None
        return OverPart(self._quiet(), ends=True)

    def _quiet(self) -> Samples:
        edge = self._modulator.flush()
        samples = np.zeros(self._slot_samples, dtype=np.complex64)
        samples[: len(edge)] = edge
        return samples
