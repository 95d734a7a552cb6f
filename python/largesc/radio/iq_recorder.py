# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples into a recording."""

from typing import Any

import numpy as np
from gnuradio import gr

from .iq_recording import IqRecording


class iq_recorder(gr.sync_block):
    """Writes what comes; who made the recording closes it. What hinders it is said in the log.

    Args:
        recording: to write to.
    """

    def __init__(self, recording: IqRecording):
        gr.sync_block.__init__(self, name="iq_recorder", in_sig=[np.complex64], out_sig=None)
        self._recording = recording
        self._log, self._has_failed = gr.logger("iq_recorder"), False

    def work(self, input_items: Any, output_items: Any) -> int:
        self._recording.write(input_items[0])
        if self._recording.error and not self._has_failed:
            self._has_failed = True
            self._log.error(self._recording.error)
        return len(input_items[0])
