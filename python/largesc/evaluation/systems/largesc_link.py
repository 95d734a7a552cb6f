# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own link: the kernels of transmitter and receiver, without a flowgraph."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from largesc_kernels import packet_codec
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ...frame.tokens import FRAME_RATE, NUM_CODEBOOKS, Allocation
from ...link.depacketizer import Depacketizer, DueFrame
from ...link.packetizer import Packetizer
from ...recovery.strategies.strategy_by_name import asks_a_model, check_strategy, make_recovery
from ..metrics.interface import Value
from .interface import SentSpeech
from .recovery_choice import RecoveryChoice
from .settings import SystemSettings
from .token_figures import sent_tokens, token_figures
from .token_model_version import token_model_version

if TYPE_CHECKING:
    from ...codec.speech_codec import SpeechCodec


class LargescSettings(RecoveryChoice, SystemSettings):
    """Our link as an experiment file names it; RecoveryChoice has the keys of recovery.

    Attributes:
        checkpoint: of the codec: a name or a folder.
        primary: tokens of the frame in its packet, 4..8.
        redundant: repeated tokens in a packet, 0..7.
        lag: frames between a token and its repetition, 1..5, not above the look-ahead.
        look_ahead: frames the receiver waits, 0..5.
        recovery: what fills lost tokens.
        crc: packets end in a CRC-16.
    """

    kind: Literal["largesc"] = "largesc"
    checkpoint: str = "mini"
    primary: int = Field(NUM_CODEBOOKS, ge=4, le=8)
    redundant: int = Field(0, ge=0, le=7)
    lag: int = Field(1, ge=1, le=5)
    look_ahead: int = Field(1, ge=0, le=5)
    recovery: str = "hold"
    crc: bool = False

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        if self.redundant and self.lag > self.look_ahead:
            raise ValueError(
                f"redundancy at lag {self.lag} comes too late for a look-ahead of {self.look_ahead}"
            )
        check_strategy(self.recovery)
        self.check_meaning(self.recovery)
        self.recovery_settings(self.checkpoint, self.look_ahead)
        return self

    def default_label(self) -> str:
        parts = f"{self.checkpoint} {self.primary}"
        if self.redundant:
            parts += f"+{self.redundant} lag {self.lag}"
        parts += f" {self.recovery}" + (f" {self.words()}" if self.words() else "")
        return parts + (" CRC" if self.crc else "")

    def build(self) -> "LargescLink":
        return LargescLink(self)


class LargescLink:
    """Encoder, packetizer, depacketizer, playout, recovery and decoder, one packet per frame.

    The output is that of ``largesc simulate`` with the same losses, bit for bit; a test holds it.
    Receiver and sender share one codec object: its encoder and decoder have states of their own.

    Attributes:
        figures: how many tokens were missing and how many recovery got right (token_figures.py),
            and ``recovery_seconds``, its CPU time.

    Raises:
        CheckpointError: the checkpoint does not load, or lacks what the recovery needs.
    """

    def __init__(self, settings: LargescSettings):
        # torch takes seconds to import; who only reads an experiment file need not wait for it.
        from ...codec.checkpoint import load_codec
        from ...speech_link.frame_player import FramePlayer

        self._codec: SpeechCodec = load_codec(settings.checkpoint)
        self._allocation = Allocation(settings.primary, settings.redundant, settings.lag)
        self._crc = settings.crc
        self._depacketizer = Depacketizer(settings.look_ahead, settings.crc)
        known = settings.recovery_settings(settings.checkpoint, settings.look_ahead)
        self._player = FramePlayer(self._codec, make_recovery(settings.recovery, known))
        self.figures: dict[str, Value] = {}
        self.packet_seconds = 1.0 / FRAME_RATE
        waiting = (1 + settings.look_ahead) / FRAME_RATE
        self.latency_seconds = waiting + self._codec.delay / self._codec.sample_rate
        self.version = f"checkpoint {settings.checkpoint}, codec {self._codec.fingerprint}"
        if asks_a_model(settings.recovery):
            self.version += f", {token_model_version(settings.recovery, known)}"
        self.concealment = f"tokens: {settings.recovery}"

    def send(self, pcm: NDArray[np.float32]) -> SentSpeech:
        """Encodes; see System."""
        self._codec.reset()
        packetizer = Packetizer(packet_codec(self._crc))
        packed = [
            packetizer.packetize(frame, self._codec.encode(samples).tokens, self._allocation)
            for frame, samples in enumerate(self._codec.frames(pcm))
        ]
        tokens = sum(one.tokens for one in packed)
        return SentSpeech([p.data for p in packed], len(pcm), tokens * packet_codec.bits_per_token)

    def receive(self, sent: SentSpeech, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Decodes; see System."""
        self._player.reset()
        due = self._due(sent.packets, lost)
        start = time.process_time()
        filled = [self._player.fill(frame) for frame in due]
        seconds = time.process_time() - start
        played = [self._player.decode(frame) for frame in filled]
        self.figures = {
            **token_figures(
                sent_tokens(sent.packets, self._crc)[[frame.frame for frame in due]],
                np.array([frame.origin for frame in due]),
                np.array([frame.tokens for frame in filled]),
                self._allocation.n_primary,
            ),
            "recovery_seconds": seconds,
        }
        delay = self._codec.delay
        return np.concatenate(played)[delay : delay + sent.samples]

    def _due(self, packets: Sequence[bytes], lost: NDArray[np.bool_]) -> list[DueFrame]:
        self._depacketizer.reset()
        due = []
        for data, is_lost in zip(packets, lost, strict=True):
            if not is_lost:
                due += self._depacketizer.receive(data)
        return due + self._depacketizer.flush(len(packets))
