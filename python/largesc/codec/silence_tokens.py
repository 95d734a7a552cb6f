# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokens that a codec makes of digital silence."""

import numpy as np

from ..frame.tokens import Tokens
from .speech_codec import NO_FINGERPRINT, SpeechCodec

# Frames; the embedded codec settles after 50 to 100: its two layers look 50 frames back each. On
# the way there its last codebooks stay for up to 15 frames, and go on.
LONGEST = 112
SETTLED = 16  # equal frames in a row


# By fingerprint and number of codebooks. Random weights have no fingerprint of their own.
_found: dict[tuple[str, int], Tokens] = {}


def find_silence_tokens(codec: SpeechCodec) -> Tokens:
    """Tokens int16 ``[num_codebooks]`` on which the encoder settles for digital silence.

    Encodes zeros until the tokens stay the same, or for nine seconds, once per process and codec.
    Call it before the stream starts: it resets the codec, whose encoder and decoder keep their
    state in one model.
    """
    if codec.fingerprint == NO_FINGERPRINT:
        return _settled(codec)
    known = (codec.fingerprint, codec.num_codebooks)
    if known not in _found:
        _found[known] = _settled(codec)
    codec.reset()
    return _found[known].copy()


def _settled(codec: SpeechCodec) -> Tokens:
    codec.reset()
    frame = np.zeros(codec.frame_size, dtype=np.float32)
    tokens, same = codec.encode(frame).tokens, 1
    for _ in range(LONGEST - 1):
        before, tokens = tokens, codec.encode(frame).tokens
        same = same + 1 if np.array_equal(tokens, before) else 1
        if same == SETTLED:
            break
    codec.reset()
    return tokens
