# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech to packets, frame by frame, as the blocks mimi_encoder and uep_packetizer do it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..codec.rest_detector import RestDetector
from ..control.speech_measure import SpeechMeasure
from ..frame.speech_facts import SpeechFacts
from .link_sender import LinkSender
from .quiet_recording import quiet_recording
from .sent_packet import SentPacket

if TYPE_CHECKING:
    from ..codec.speech_codec import SpeechCodec


def speech_packets(
    codec: "SpeechCodec", sender: LinkSender, pcm: NDArray[np.float32]
) -> Iterator[list[SentPacket]]:
    """Packets of each frame, none in a rest; in the end those behind the last one, if any.

    The caller may tell the sender of reports between two frames.

    Args:
        codec: its encoder goes on from the state it has.
        sender: likewise.
        pcm: float32 ``[samples]`` at 24 kHz; the last frame is filled up with silence.

    Raises:
        NoiseSuppressionUnavailable: it is asked for, and RNNoise is not here.
    """
    settings, measure = sender.settings, SpeechMeasure(codec.lookahead)
    detector = RestDetector(settings.silence_threshold, settings.rest)
    pcm, _ = quiet_recording(pcm, settings)
    frames = 0
    for frame, samples in enumerate(codec.frames(pcm)):
        encoded = codec.encode(samples)
        facts = SpeechFacts(*measure.push(samples), encoded.latent)
        heard = detector.push(samples)
        yield sender.push(frame, encoded.tokens, heard.silent, facts=facts, sound=heard.sound)
        frames = frame + 1
    behind = sender.end(frames)
    if behind:
        yield behind
