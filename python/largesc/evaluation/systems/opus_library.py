# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""libopus as PyAV's wheel brings it: newer than Debian's, and the same for everybody."""

import ctypes
from functools import cache
from importlib import util
from pathlib import Path

from .interface import SystemUnavailable


@cache
def opus_library() -> ctypes.CDLL:
    """The library with the types of the functions that are used (opus.h).

    Raises:
        SystemUnavailable: no PyAV, or one without its own libopus.
    """
    spec = util.find_spec("av")
    folder = Path(spec.origin).parent.parent / "av.libs" if spec and spec.origin else None
    found = sorted(folder.glob("libopus-*.so*")) if folder else []
    if not found:
        raise SystemUnavailable(
            "libopus is not here: it comes with PyAV's wheel (pip install av), not with Debian's "
            "python3-av"
        )
    library = ctypes.CDLL(str(found[0]))
    library.opus_get_version_string.restype = ctypes.c_char_p
    library.opus_strerror.restype = ctypes.c_char_p
    for name in ("opus_encoder_create", "opus_decoder_create"):
        getattr(library, name).restype = ctypes.c_void_p
    for name in ("opus_encoder_destroy", "opus_decoder_destroy"):
        getattr(library, name).argtypes = [ctypes.c_void_p]
    library.opus_encode.argtypes = [
        ctypes.c_void_p,
        ctypes.POINTER(ctypes.c_int16),
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int32,
    ]
    library.opus_encode.restype = ctypes.c_int32
    library.opus_decode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int32,
        ctypes.POINTER(ctypes.c_int16),
        ctypes.c_int,
        ctypes.c_int,
    ]
    return library


def checked(library: ctypes.CDLL, result: int) -> int:
    """A result that is no error.

    Raises:
        RuntimeError: libopus refused; says what it says.
    """
    if result < 0:
        raise RuntimeError(f"libopus: {library.opus_strerror(result).decode()}")
    return result
