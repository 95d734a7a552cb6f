# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own link: the kernels of transmitter and receiver, without a flowgraph."""

import math
from itertools import cycle, islice
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

import numpy as np
from largesc_kernels import packet_codec
from numpy.typing import NDArray
from pydantic import Field, FiniteFloat, model_validator

from ...codec.rest_detector import Heard, RestDetector
from ...control.speech_measure import SpeechMeasure
from ...frame.due_frame import DueFrame
from ...frame.speech_facts import SpeechFacts
from ...frame.tokens import FRAME_RATE, MISSING_TOKEN, REPETITION, Tokens, no_tokens
from ...radio.modem_profile import slot_losses_of
from ...recovery.frame_recovery import FilledFrame
from ...recovery.strategies.strategy_by_name import (
    AUTO_RECOVERY,
    STRATEGIES,
    asks_a_model,
    make_recovery,
)
from ...recovery.token_model.token_model_source import token_model_bytes
from ...speech_link.budget_control import bits_taken
from ...speech_link.link_sender import LinkSender
from ...speech_link.sent_packet import SentPacket
from ...speech_link.settings import (
    AUTO,
    Code,
    ImportanceChoice,
    ReceiverSettings,
    SenderSettings,
    check_in_time,
)
from ..channels.interface import Channel
from ..metrics.interface import Value
from .checkpoint_preflight import check_can_run
from .cpu_time import OncePerSpeech, timed
from .interface import Outcome
from .reception import Reception
from .recovery_choice import RecoveryChoice
from .settings import SystemSettings
from .token_figures import token_figures
from .token_model_version import token_model_version
from .way_back import WayBack

if TYPE_CHECKING:
    from ...codec.speech_codec import SpeechCodec


ALONE_BYTES = 1 << 30  # a token model that is larger is held by one process
SENDER, RECEIVER = SenderSettings(), ReceiverSettings()  # defaults stand there


class LargescSettings(RecoveryChoice, SystemSettings):
    """Our link as an experiment file names it; RecoveryChoice has the keys of recovery.

    Attributes:
        checkpoint: of the codec: a name or a folder.
        primary: tokens of the frame in its packet, 4..8.
        redundant: repeated tokens in a packet, 0..7.
        lag: frames between a token and its repetition, 1..12, not above the look-ahead.
        code: what redundant tokens are: repetition, xor_pair, window or auto.
        look_ahead: frames the receiver waits, 0..12.
        recovery: what fills lost tokens; rows name it, and so ``auto`` is none.
        crc: packets end in a CRC-16.
        silence_threshold: dBFS; frames below it are sent as silence. None: none is.
        rest: next to nothing is sent where nobody speaks; comfort noise is played there.
        budget: bit/s to spend, in place of fixed numbers of tokens; 0: none.
        importance: who tells the budget what tokens are worth: auto, plain or network.
        slots: bytes that a radio's slots hold, all of which a packet takes. None: it takes its own.
        slot_losses: modem by whose losses a budget chooses the size of slots; empty: by none.
        talked_before: s of the same speech, again and again, sent before what is judged.
    """

    kind: Literal["largesc"] = "largesc"
    checkpoint: str = "mini"
    primary: int = SENDER.n_primary
    redundant: int = SENDER.n_redundant
    lag: int = SENDER.lag
    code: Code = SENDER.code
    look_ahead: int = RECEIVER.look_ahead
    recovery: str = "hold"
    crc: bool = False
    silence_threshold: FiniteFloat | None = None
    rest: bool = SENDER.rest
    budget: FiniteFloat = SENDER.budget
    importance: ImportanceChoice = SENDER.importance
    slots: tuple[int, ...] | None = None
    slot_losses: str = ""
    talked_before: float = Field(0.0, ge=0.0, le=60.0)

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        if self.recovery == AUTO_RECOVERY:
            raise ValueError(f"recovery must be one of {', '.join(STRATEGIES)}: rows name it")
        check_in_time(self.sender(), self.receiver())
        self.check_meaning(self.recovery)
        self.recovery_settings(self.checkpoint, self.look_ahead)
        return self

    @property
    def hears_reports(self) -> bool:
        """Whether the receiver's reports change what is sent; else nobody sends any."""
        return bool(self.budget) or self.code == AUTO

    def sender(self) -> SenderSettings:
        """Of the link.

        Raises:
            ValueError: a setting out of range.
        """
        return SenderSettings(
            checkpoint=self.checkpoint,
            n_primary=self.primary,
            n_redundant=self.redundant,
            lag=self.lag,
            code=self.code,
            rest=self.rest,
            budget=self.budget,
            importance=self.importance,
            slots=self.slots or (),
            slot_losses=slot_losses_of(self.slot_losses),
            check="crc16" if self.crc else "none",
            silence_threshold=-math.inf
            if self.silence_threshold is None
            else self.silence_threshold,
        )

    def receiver(self) -> ReceiverSettings:
        """Of the link.

        Raises:
            ValueError: a setting out of range.
        """
        return ReceiverSettings(
            checkpoint=self.checkpoint,
            look_ahead=self.look_ahead,
            recovery=self.recovery,
            check="crc16" if self.crc else "none",
        )

    @property
    def most_processes(self) -> int | None:
        """One for a token model of gigabytes, on the CPU or on a GPU."""
        if not asks_a_model(self.recovery):
            return None
        return 1 if token_model_bytes(self.checkpoint) > ALONE_BYTES else None

    def default_label(self) -> str:
        lag = f"lag {self.lag}"
        kind = {REPETITION: lag, AUTO: f"{AUTO} {lag}"}.get(self.code, self.code)
        parts = f"{self.checkpoint} {self.primary}"
        if self.redundant:
            parts += f"+{self.redundant} {kind}"
        if self.budget:
            parts = f"{self.checkpoint} {self.budget:g} bit/s {kind}"
            parts += "" if self.importance == SENDER.importance else f" {self.importance}"
        parts += f" {self.recovery}" + (f" {self.words()}" if self.words() else "")
        if self.silence_threshold is not None:
            parts += f" silence {self.silence_threshold:g} dBFS"
        parts += " rest" if self.rest else ""
        parts += f" slots {'/'.join(map(str, self.slots))}" if self.slots else ""
        parts += f" by losses of {self.slot_losses}" if self.slot_losses else ""
        parts += f" after {self.talked_before:g} s" if self.talked_before else ""
        return parts + (" CRC" if self.crc else "")

    def build(self) -> "LargescLink":
        return LargescLink(self)


class _Frame(NamedTuple):
    """A frame as the encoder gives it, and whether it is silent."""

    tokens: Tokens
    heard: Heard
    facts: SpeechFacts


class _Carried(NamedTuple):
    """An utterance behind the channel: what was sent and lost, and the frames to play."""

    packets: int
    lost: int
    bits: int
    tokens: int
    due: list[DueFrame]


class LargescLink:
    """Encoder, LinkSender, SequenceReceiver, recovery and decoder, and a way back for reports.

    The output is that of ``largesc simulate`` with the same losses, bit for bit; a test holds it.
    Receiver and sender share one codec object: its encoder and decoder have states of their own.
    Columns of its own: how many tokens were missing and how many recovery got right
    (token_figures.py), and ``recovery_seconds``, its CPU time.

    Raises:
        CheckpointError: the checkpoint does not load, or lacks what the recovery needs.
    """

    def __init__(self, settings: LargescSettings):
        # torch takes seconds to import; who only reads an experiment file need not wait for it.
        from ...codec.checkpoint import load_codec
        from ...speech_link.frame_player import FramePlayer

        check_can_run(settings.checkpoint, asks_a_model(settings.recovery))
        self._settings = settings
        self._codec: SpeechCodec = load_codec(settings.checkpoint)
        self._encoded = OncePerSpeech(self._encode)
        known = settings.recovery_settings(settings.checkpoint, settings.look_ahead)
        self._player = FramePlayer(self._codec, make_recovery(settings.recovery, known))
        self.packet_seconds = 1.0 / FRAME_RATE
        waiting = (1 + settings.look_ahead) / FRAME_RATE
        self.latency_seconds = waiting + self._codec.delay / self._codec.sample_rate
        self.version = f"checkpoint {settings.checkpoint}, codec {self._codec.fingerprint}"
        if asks_a_model(settings.recovery):
            self.version += f", {token_model_version(settings.recovery, known)}"
        self.concealment = f"tokens: {settings.recovery}"

    def run(self, pcm: NDArray[np.float32], forward: Channel, backward: Channel) -> Outcome:
        """Encodes, unless this speech was the last; carries, recovers and decodes; see System."""
        frames, encode_seconds = self._encoded(pcm)
        carried = self._carry(frames, forward, backward)
        self._player.reset()
        filled, fill_seconds = timed(lambda: [self._player.fill(one) for one in carried.due])
        both = list(zip(filled, carried.due, strict=True))
        played, decode_seconds = timed(
            lambda: [self._player.decode(one, due.sound) for one, due in both]
        )
        start = self._codec.delay
        return Outcome(
            np.concatenate(played)[start : start + len(pcm)],
            carried.packets,
            carried.lost,
            carried.bits,
            carried.tokens * packet_codec.bits_per_token,
            encode_seconds,
            fill_seconds + decode_seconds,
            self._figures(frames, carried, filled) | {"recovery_seconds": fill_seconds},
        )

    def _encode(self, pcm: NDArray[np.float32]) -> list[_Frame]:
        self._codec.reset()
        settings, measure = self._settings.sender(), SpeechMeasure(self._codec.lookahead)
        detector = RestDetector(settings.silence_threshold, settings.rest)
        frames = []
        for samples in self._codec.frames(pcm):
            encoded = self._codec.encode(samples)
            facts = SpeechFacts(*measure.push(samples), encoded.latent)
            frames.append(_Frame(encoded.tokens, detector.push(samples), facts))
        return frames

    def _carry(self, frames: list[_Frame], forward: Channel, backward: Channel) -> _Carried:
        """Frame by frame from sender to receiver; its report goes back, and the sender hears it."""
        settings = self._settings.sender()
        sender = LinkSender(settings)
        before, seconds = round(self._settings.talked_before * FRAME_RATE), self.packet_seconds
        reception = Reception(self._settings.receiver(), seconds, before * seconds)
        way_back = WayBack(backward, self.packet_seconds, settings)
        hears = self._settings.hears_reports
        counted: list[SentPacket] = []
        every = [*islice(cycle(frames), before), *frames]
        for number, frame in enumerate(every):
            told = way_back.hear(number) if hears else None
            if told is not None:
                sender.control(told)
            start = number * self.packet_seconds
            silent, sound = frame.heard
            sent = sender.push(number, frame.tokens, silent, facts=frame.facts, sound=sound)
            counted += sent if number >= before else []
            for packet in sent:
                reception.take(forward.carry(packet.data, start, self.packet_seconds), number)
            if hears:
                way_back.tell(number, reception.report())
        reception.take(forward.end(), len(every))
        lost, tokens = len(counted) - reception.received, sum(one.tokens for one in counted)
        bits = int(sum(bits_taken(len(one.data), settings.slots) for one in counted))
        due = [one for one in reception.end(len(every)) if one.frame >= before]
        due = [one._replace(frame=one.frame - before) for one in due]
        return _Carried(len(counted), lost, bits, tokens, due)

    def _figures(
        self, frames: list[_Frame], carried: _Carried, filled: list[FilledFrame]
    ) -> dict[str, Value]:
        sent = np.array([no_tokens() if frame.heard.silent else frame.tokens for frame in frames])
        sent[:, self._settings.primary :] = MISSING_TOKEN
        return dict(
            token_figures(
                sent[[frame.frame for frame in carried.due]],
                np.array([frame.origin for frame in carried.due]),
                np.array([frame.tokens for frame in filled]),
                self._settings.primary,
            )
        )
