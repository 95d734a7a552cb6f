# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""FreeDV's modems as libcodec2 has them (freedv_api.h)."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from .codec2_library import fresh_library, samples_pointer

HAS_SPEECH = 4  # FREEDV_RX_BITS of freedv_get_rx_status(): a frame was decoded
Pcm = NDArray[np.int16]


class FreeDvState:
    """A transmitter or a receiver of its own.

    Attributes:
        speech_samples, modem_samples: at 8 kHz, that a call of transmit() takes and gives.
    """

    def __init__(self, library: ctypes.CDLL, mode: int):
        library.freedv_open.restype = ctypes.c_void_p
        library.freedv_set_snr_squelch_thresh.argtypes = (ctypes.c_void_p, ctypes.c_float)
        self._library = library
        self._state = ctypes.c_void_p(library.freedv_open(mode))
        self.speech_samples: int = library.freedv_get_n_speech_samples(self._state)
        self.modem_samples: int = library.freedv_get_n_nom_modem_samples(self._state)
        self._most: int = library.freedv_get_n_max_speech_samples(self._state)
        # Transmitter as FreeDV's program has it; what has no such switch ignores it.
        library.freedv_set_clip(self._state, 1)
        library.freedv_set_tx_bpf(self._state, 1)
        # Quiet where it has no sync, and nowhere else.
        library.freedv_set_squelch_en(self._state, 1)
        library.freedv_set_snr_squelch_thresh(self._state, -100.0)

    def close(self) -> None:
        """Frees it."""
        self._library.freedv_close(self._state)

    def transmit(self, speech: Pcm) -> Pcm:
        """The waveform of one call's speech, int16 ``[modem_samples]`` of audio about 1500 Hz."""
        taken = np.ascontiguousarray(speech, dtype=np.int16)
        waveform = np.zeros(self.modem_samples, dtype=np.int16)
        self._library.freedv_tx(self._state, samples_pointer(waveform), samples_pointer(taken))
        return waveform

    def receive(self, waveform: Pcm) -> Iterator[tuple[int, Pcm]]:
        """Speech in a waveform, in pieces; each with the number of samples taken in until then."""
        end, taken = 0, max(self.samples_wanted(), 1)
        while (end := end + taken) <= len(waveform):
            piece = np.ascontiguousarray(waveform[end - taken : end], dtype=np.int16)
            speech = np.zeros(self._most, dtype=np.int16)
            count: int = self._library.freedv_rx(
                self._state, samples_pointer(speech), samples_pointer(piece)
            )
            if self._library.freedv_get_rx_status(self._state) & HAS_SPEECH:
                yield end, speech[:count]
            taken = max(self.samples_wanted(), 1)

    def samples_wanted(self) -> int:
        """How many the receiver takes next."""
        wanted: int = self._library.freedv_nin(self._state)
        return wanted


@contextmanager
def fresh_freedv(mode: int) -> Iterator[FreeDvState]:
    """A state in a library that nobody used before.

    Args:
        mode: as freedv_api.h numbers them.

    Raises:
        SystemUnavailable: no pycodec2, or one without its own libcodec2.
    """
    with fresh_library() as library:
        state = FreeDvState(library, mode)
        try:
            yield state
        finally:
            state.close()
