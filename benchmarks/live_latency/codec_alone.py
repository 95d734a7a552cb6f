# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the method of measuring finds where the delay is known: the codec alone, without time."""

import numpy as np
import soxr
from gnuradio.largesc.codec.checkpoint import load_codec

from .heard_timeline import NEAR_S
from .onset_delays import CODEC_RATE
from .onset_rise import envelope, rise
from .sound_card import RATE
from .spoken_overs import spoken_over


def codec_alone(overs: int, onsets: int) -> tuple[float, list[float]]:
    """The codec's delay, s, and what the rise of each onset says it is; as many as there are.

    Frame by frame, but for time: what a frame takes to be spoken is not in it.
    """
    codec, found = load_codec(), []
    delay = codec.delay / CODEC_RATE
    for number in range(overs):
        over = spoken_over(onsets, number)
        codec.reset()
        pcm = soxr.resample(over.samples, RATE, CODEC_RATE)
        decoded = [codec.decode(codec.encode(frame).tokens) for frame in codec.frames(pcm)]
        after = envelope(soxr.resample(np.concatenate(decoded), CODEC_RATE, RATE))
        before = envelope(over.samples)
        for onset in over.onsets:
            said = rise(before, onset, NEAR_S * RATE)
            heard = rise(after, onset + delay * RATE, NEAR_S * RATE)
            if said is not None and heard is not None:
                found.append((heard - said) / RATE)
    return delay, found
