# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The best and the worst that a system can be: the scale that figures are read on."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ...corpus.utterance import SAMPLE_RATE
from ..channels.interface import Channel, WaveformChannel
from ..channels.lossless import LosslessChannel
from .interface import Outcome
from .open_loop import OpenLoop, SentSpeech
from .settings import SystemSettings
from .signal_rates import packets_of

PACKET_SECONDS = 0.02
PACKET_SAMPLES = round(PACKET_SECONDS * SAMPLE_RATE)


class IdentitySettings(SystemSettings):
    """A perfect system: 16-bit samples that all arrive, whatever the link loses."""

    kind: Literal["identity"] = "identity"

    def default_label(self) -> str:
        return "identity"

    def build(self) -> OpenLoop:
        return Bound(Identity())


class SilenceSettings(SystemSettings):
    """A broken system: nothing is sent, silence is heard."""

    kind: Literal["silence"] = "silence"

    def default_label(self) -> str:
        return "silence"

    def build(self) -> OpenLoop:
        return Bound(Silence())


class Bound(OpenLoop):
    """See OpenLoop. What no channel touches meets no modem: it would take no such packets."""

    def run(self, pcm: NDArray[np.float32], forward: Channel, backward: Channel) -> Outcome:
        """Over a channel for waveforms as without loss; see System."""
        is_air = isinstance(forward, WaveformChannel)
        return super().run(pcm, LosslessChannel() if is_air else forward, backward)


class Identity:
    """What goes in comes out; see OpenLoopCodec."""

    packet_seconds = PACKET_SECONDS
    latency_seconds = PACKET_SECONDS
    version = "16-bit samples"
    concealment = "losses do not touch it"

    def send(self, pcm: NDArray[np.float32]) -> SentSpeech:
        """Samples; see OpenLoopCodec."""
        packets = [row.tobytes() for row in packets_of(pcm, SAMPLE_RATE, PACKET_SAMPLES)]
        return SentSpeech(packets, len(pcm), side=pcm)

    def receive(self, sent: SentSpeech, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The speech; see OpenLoopCodec. It alone may have it in ``side``."""
        return np.array(sent.side, dtype=np.float32)


class Silence:
    """Empty packets; see OpenLoopCodec."""

    packet_seconds = PACKET_SECONDS
    latency_seconds = PACKET_SECONDS
    version = "no samples"
    concealment = "silence"

    def send(self, pcm: NDArray[np.float32]) -> SentSpeech:
        """Nothing; see OpenLoopCodec."""
        return SentSpeech([b""] * -(-len(pcm) // PACKET_SAMPLES), len(pcm))

    def receive(self, sent: SentSpeech, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Zeros; see OpenLoopCodec."""
        return np.zeros(sent.samples, dtype=np.float32)
