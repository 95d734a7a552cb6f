# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sound card made of software, for machines without one: gr-audio's blocks, by the clock.

Only ``audio.source`` and ``audio.sink`` are replaced; what the module builds around them stays.
A real card adds what its converters and bus take, see docs/latency.md.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np
from gnuradio import audio, gr
from numpy.typing import NDArray

from .playback_buffer import PlaybackBuffer

RATE = 48000  # Hz
FRAME_S = 0.08


def periods() -> tuple[int, int]:
    """Samples in a period and periods in the buffer, as gr-audio would ask ALSA for them now."""
    settings = gr.prefs()
    seconds = settings.get_double("audio_alsa", "period_time", 0.010)
    return round(RATE * seconds), settings.get_long("audio_alsa", "nperiods", 32)


class microphone(gr.sync_block):
    """Gives samples when they exist: sample i at ``began + i / RATE``; a period at a time.

    Args:
        samples: float32 ``[samples]`` at 48 kHz; silence follows.
        phase: where within a frame's length on the clock it begins, 0..1.
    """

    def __init__(self, samples: NDArray[np.float32], phase: float):
        gr.sync_block.__init__(self, name="microphone", in_sig=None, out_sig=[np.float32])
        self._samples, self._phase = samples, phase
        self._period, _ = periods()
        self._count = 0
        self.began = 0.0
        self.set_output_multiple(self._period)

    def start(self) -> bool:
        self._count = 0
        frames = np.ceil((time.monotonic() + 0.1) / FRAME_S)
        self.began = float(FRAME_S * (frames + self._phase))
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        there = self.began + (self._count + self._period) / RATE
        time.sleep(max(0.0, there - time.monotonic()))
        part = self._samples[self._count : self._count + self._period]
        out = output_items[0][: self._period]
        out[: len(part)], out[len(part) :] = part, 0.0
        self._count += self._period
        return self._period


class loudspeaker(gr.sync_block):
    """Takes samples as a card's buffer does, and keeps them with the times they were heard at."""

    def __init__(self) -> None:
        gr.sync_block.__init__(self, name="loudspeaker", in_sig=[np.float32], out_sig=None)
        self._period, count = periods()
        self.buffer = PlaybackBuffer(self._period / RATE, count)
        self._heard: list[NDArray[np.float32]] = []
        self.set_output_multiple(self._period)

    def work(self, input_items: Any, output_items: Any) -> int:
        whole = len(input_items[0]) // self._period
        for part in input_items[0][: whole * self._period].reshape(whole, self._period):
            self._heard.append(part.copy())
            self.buffer.write()
        return whole * self._period

    def heard(self) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Periods, float32 ``[periods, samples]``, and when each began."""
        begins = self.buffer.begins()
        return np.array(self._heard[: len(begins)]), begins


@contextmanager
def instead_of_card(
    source: Callable[[], Any] | None = None, sink: Callable[[], Any] | None = None
) -> Iterator[None]:
    """Flowgraphs built meanwhile record from one and play on the other."""

    def no_card(*_: Any) -> Any:
        raise RuntimeError("no such card")

    with (
        patch.object(audio, "source", lambda *_: source() if source else no_card()),
        patch.object(audio, "sink", lambda *_: sink() if sink else no_card()),
    ):
        yield
