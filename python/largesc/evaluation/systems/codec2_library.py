# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""libcodec2 as pycodec2's wheel brings it, loaded anew for every utterance.

Codec2 draws the phases of unvoiced speech from a generator that all decoders of a process share
and that nobody can seed (``codec2_rand``). What an utterance sounds like would depend on what the
process decoded before; a fresh copy of the library begins with the same state every time.
"""

import ctypes
import tempfile
from _ctypes import dlclose
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata, util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .interface import SystemUnavailable

HOW_TO_GET_IT = "pip install -r requirements-evaluation.txt"


class Codec2State:
    """An encoder or decoder of its own (codec2.h)."""

    def __init__(self, library: ctypes.CDLL, mode: int):
        self._library = library
        self._state = ctypes.c_void_p(library.codec2_create(mode))
        self.frame_samples: int = library.codec2_samples_per_frame(self._state)
        self.frame_bits: int = library.codec2_bits_per_frame(self._state)
        self._frame_bytes: int = library.codec2_bytes_per_frame(self._state)

    def close(self) -> None:
        """Frees it."""
        self._library.codec2_destroy(self._state)

    def encode(self, samples: NDArray[np.int16]) -> bytes:
        """A frame, padded to whole bytes."""
        frame = ctypes.create_string_buffer(self._frame_bytes)
        speech = np.ascontiguousarray(samples, dtype=np.int16)
        self._library.codec2_encode(self._state, frame, samples_pointer(speech))
        return frame.raw

    def decode(self, frame: bytes) -> NDArray[np.int16]:
        """Its speech, int16 ``[frame_samples]`` at 8 kHz."""
        speech = np.zeros(self.frame_samples, dtype=np.int16)
        self._library.codec2_decode(self._state, samples_pointer(speech), frame)
        return speech


@contextmanager
def fresh_codec2(mode: int) -> Iterator[Codec2State]:
    """A state in a library that nobody used before.

    Args:
        mode: as codec2.h numbers them.

    Raises:
        SystemUnavailable: no pycodec2, or one without its own libcodec2.
    """
    with fresh_library() as library:
        library.codec2_create.restype = ctypes.c_void_p
        state = Codec2State(library, mode)
        try:
            yield state
        finally:
            state.close()


@contextmanager
def fresh_library() -> Iterator[ctypes.CDLL]:
    """libcodec2, with nothing in it of what was done before.

    Raises:
        SystemUnavailable: no pycodec2, or one without its own libcodec2.
    """
    with tempfile.NamedTemporaryFile(suffix=".so") as file:
        file.write(_library_bytes())
        file.flush()
        library = ctypes.CDLL(file.name)
    try:
        yield library
    finally:
        dlclose(library._handle)


def codec2_version() -> str:
    """Of the package the library comes with."""
    _library_bytes()
    return f"libcodec2 of pycodec2 {metadata.version('pycodec2')}"


@cache
def _library_bytes() -> bytes:
    spec = util.find_spec("pycodec2")
    folder = Path(spec.origin).parents[1] / "pycodec2.libs" if spec and spec.origin else None
    found = sorted(folder.glob("libcodec2-*.so*")) if folder else []
    if not found:
        raise SystemUnavailable(f"libcodec2 is not here; pycodec2 has it: {HOW_TO_GET_IT}")
    return found[0].read_bytes()


def samples_pointer(speech: NDArray[np.int16]) -> "ctypes._Pointer[ctypes.c_int16]":
    return speech.ctypes.data_as(ctypes.POINTER(ctypes.c_int16))
