# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech goes on only while the key is down."""

from collections.abc import Callable
from threading import Timer
from typing import Any

import numpy as np
from gnuradio import gr

from ..audio.speech_file import SAMPLE_RATE
from ..radio.talk_key import TalkKey

PORTION = SAMPLE_RATE // 50
KEPT = SAMPLE_RATE // 10  # samples from before the key went down: the voice that put it there
LAST_FRAME_S = 0.3  # from the key up until the last frame has become a packet
AGAIN_MS = 20


class talk_gate(gr.basic_block):
    """Passes speech while the key is down; in between a microphone's is left out, a file waits.

    Args:
        key: it is told what is heard.
        waits: the speech waits while the key is up.
        is_busy: asked whether another station is heard.
        begins, ends: called when the key has gone down, and 0.3 s after it has gone up.

    Stream input and output: float, 24 kHz.
    """

    def __init__(
        self,
        key: TalkKey,
        waits: bool,
        is_busy: Callable[[], bool],
        begins: Callable[[], None],
        ends: Callable[[], None],
    ):
        gr.basic_block.__init__(self, name="talk_gate", in_sig=[np.float32], out_sig=[np.float32])
        self._key, self._waits, self._is_busy = key, waits, is_busy
        self._begins, self._ends = begins, ends
        self.set_blkd_input_timer_value(AGAIN_MS)
        self.set_output_multiple(PORTION)
        self._kept = np.zeros(0, dtype=np.float32)

    def forecast(self, noutput_items: int, ninputs: int) -> list[int]:
        return [1] * ninputs

    def general_work(self, input_items: Any, output_items: Any) -> int:
        part, out = input_items[0][:PORTION], output_items[0]
        was_down = self._key.is_down
        level = 20.0 * np.log10(np.sqrt(np.mean(np.square(part))) + 1e-9) if len(part) else -180.0
        is_down = self._key.hear(float(level), len(part) / SAMPLE_RATE, self._is_busy())
        if is_down and not was_down:
            self._begins()
        elif was_down and not is_down:
            timer = Timer(LAST_FRAME_S, self._ends)
            timer.daemon = True
            timer.start()
        if not is_down:
            if self._waits:
                return 0
            self._kept = np.concatenate([self._kept, part])[-KEPT:]
            self.consume(0, len(part))
            return 0
        if len(self._kept):
            count = min(len(self._kept), len(out))
            out[:count], self._kept = self._kept[:count], self._kept[count:]
            return count
        out[: len(part)] = part
        self.consume(0, len(part))
        return len(part)
