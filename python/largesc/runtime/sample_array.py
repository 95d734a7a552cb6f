# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples of a NumPy array into a flowgraph and out of it, without copies of the whole.

``blocks.vector_source_f`` takes a list: 32 bytes for every sample, 2.8 GB for an hour of speech.
"""

from typing import Any

import numpy as np
from gnuradio import gr
from numpy.typing import NDArray


class array_source(gr.sync_block):
    """Puts out the samples of an array, from the first at every start.

    Args:
        samples: float32 ``[samples]``, kept as it is; it must not change meanwhile.
        repeat: it starts again at its end.
        silence_behind: zeros to put out at the end; without ``repeat`` only.
    """

    def __init__(self, samples: NDArray[np.float32], repeat: bool = False, silence_behind: int = 0):
        gr.sync_block.__init__(self, name="array_source", in_sig=None, out_sig=[np.float32])
        self._samples, self._repeat = samples, repeat and len(samples) > 0
        self._silence = silence_behind
        self._position = 0

    def start(self) -> bool:
        self._position = 0
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        out = output_items[0]
        part = self._samples[self._position : self._position + len(out)]
        out[: len(part)] = part
        count = len(part)
        if not count and not self._repeat:
            behind = len(self._samples) + self._silence - self._position
            count = min(len(out), behind)
            out[:count] = 0.0
        self._position += count
        if self._repeat and self._position == len(self._samples):
            self._position = 0
        return count or -1  # WORK_DONE


class array_sink(gr.sync_block):
    """Keeps the first samples that come; the rest is taken and forgotten.

    Args:
        length: samples to keep; memory for them is taken at once.
    """

    def __init__(self, length: int):
        gr.sync_block.__init__(self, name="array_sink", in_sig=[np.float32], out_sig=None)
        self._kept = np.full(length, 0.0, dtype=np.float32)  # zeros would be taken page by page
        self._count = 0

    def start(self) -> bool:
        self._count = 0
        return True

    def samples(self) -> NDArray[np.float32]:
        """What came, float32 ``[samples]``."""
        return self._kept[: self._count]

    def work(self, input_items: Any, output_items: Any) -> int:
        part = input_items[0][: len(self._kept) - self._count]
        self._kept[self._count : self._count + len(part)] = part
        self._count += len(part)
        return len(input_items[0])
