# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: samples into a WAV file."""

from pathlib import Path
from typing import Any

import numpy as np
from gnuradio import gr
from numpy.typing import NDArray

from ..frame.nonzero_counts import nonzero
from .bounded_worker import BoundedWorker, WhenFull
from .stream_end import block_log
from .wav_recording import WavRecording

QUEUE = 500  # portions of 20 ms: a disk may stand still for 10 s before the sound does


class wav_sink(gr.sync_block):
    """Writes a WAV file (mono, 16 bit) on a thread of its own; the sound goes on when it cannot.

    ``blocks.wavfile_sink`` never returns from a full disk, and closes its file for good when a
    flowgraph is stopped or locked. This file is begun by the first run; later ones, and what
    follows an unlock, go on behind it. It is complete whenever the flowgraph stands still.

    Args:
        path: of the file.
        rate: samples per second.

    Attributes:
        error: why samples could not be written; empty if all could.

    Raises:
        OSError: the file cannot be written.

    Stream input: float. Counters: ``written``, ``unwritten`` (samples of this run).
    """

    def __init__(self, path: Path, rate: int):
        gr.sync_block.__init__(self, name="wav_sink", in_sig=[np.float32], out_sig=None)
        self._path, self._recording = path, WavRecording(path, rate)
        self._worker: BoundedWorker[NDArray[np.float32]] = BoundedWorker(
            self._write, QUEUE, WhenFull.WAIT, self._broken
        )
        self._written = self._unwritten = 0
        self.error = ""

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        counts = {"written": self._written, "unwritten": self._unwritten}
        return nonzero(counts)

    def start(self) -> bool:
        self._worker.start()
        self._written = self._unwritten = 0
        self.error = ""
        try:
            self._recording.open()
        except OSError as error:
            self._fail(error)
        return True

    def stop(self) -> bool:
        self._worker.stop()
        self._complete()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        self._worker.put(input_items[0].copy())
        return len(input_items[0])

    def _write(self, samples: NDArray[np.float32]) -> None:
        if self.error:
            self._unwritten += len(samples)
            return
        self._recording.write(samples)
        self._written += len(samples)

    def _broken(self, samples: NDArray[np.float32], error: Exception) -> None:
        self._unwritten += len(samples)
        self._fail(error)
        self._complete()

    def _complete(self) -> None:
        try:
            self._recording.close()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if self.error:
            return
        reason = getattr(error, "strerror", None) or str(error)
        self.error = f"{self._path}: cannot be written ({reason})"
        block_log(self).error(f"{self.error}; the sound goes on")
