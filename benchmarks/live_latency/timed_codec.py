# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A codec that says how long it took, in the place of the one that blocks load."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from gnuradio.largesc.codec import checkpoint
from gnuradio.largesc.codec.speech_codec import SpeechCodec


class TimedCodec:
    """Passes everything on to a codec.

    Attributes:
        encoding, decoding: seconds of each call.
    """

    def __init__(self, codec: SpeechCodec):
        self._codec = codec
        self.encoding: list[float] = []
        self.decoding: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codec, name)

    def encode(self, samples: Any) -> Any:
        begun = time.monotonic()
        encoded = self._codec.encode(samples)
        self.encoding.append(time.monotonic() - begun)
        return encoded

    def decode(self, tokens: Any) -> Any:
        begun = time.monotonic()
        samples = self._codec.decode(tokens)
        self.decoding.append(time.monotonic() - begun)
        return samples


@contextmanager
def timed_codec() -> Iterator[TimedCodec]:
    """Blocks built meanwhile share this one."""
    codec = TimedCodec(checkpoint.load_codec())
    with patch.object(checkpoint, "load_codec", lambda *_: codec):
        yield codec
