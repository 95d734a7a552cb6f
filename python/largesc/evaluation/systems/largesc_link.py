# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own link: the kernels of transmitter and receiver, without a flowgraph."""

from itertools import cycle, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from largesc_kernels import packet_codec
from numpy.typing import NDArray

from ...audio.noise_suppressor import NoiseSuppressor, library
from ...codec.rest_detector import Heard, RestDetector
from ...control.speech_measure import SpeechMeasure
from ...frame.due_frame import DueFrame
from ...frame.speech_facts import SpeechFacts
from ...frame.tokens import FRAME_RATE, MISSING_TOKEN, Tokens, no_tokens
from ...recovery.frame_recovery import FilledFrame
from ...recovery.strategies.strategy_by_name import asks_a_model, make_recovery
from ...speech_link.budget_control import bits_taken
from ...speech_link.link_sender import LinkSender
from ...speech_link.quiet_recording import quiet_recording
from ...speech_link.sent_packet import SentPacket
from ..channels.interface import Channel, HeaderChannel
from ..metrics.interface import Value
from .checkpoint_preflight import check_can_run
from .cpu_time import OncePerSpeech, timed
from .interface import Outcome
from .largesc_settings import LargescOptions
from .reception import Reception
from .report_ways import FullDuplex, HalfDuplex, NoReports, Reports
from .token_figures import token_figures
from .token_model_version import token_model_version
from .way_back import WayBack

if TYPE_CHECKING:
    from ...codec.speech_codec import SpeechCodec


class LargescSettings(LargescOptions):
    """Our link as an experiment file names it."""

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

        if settings.suppress_noise:
            library()  # now, not at the first recording
        check_can_run(settings.checkpoint, asks_a_model(settings.recovery))
        self._settings = settings
        self._codec: SpeechCodec = load_codec(settings.checkpoint)
        self._encoded = OncePerSpeech(self._encode)
        known = settings.recovery_settings(settings.checkpoint, settings.look_ahead)
        self._player = FramePlayer(self._codec, make_recovery(settings.recovery, known))
        self.packet_seconds = 1.0 / FRAME_RATE
        waiting = (1 + settings.look_ahead) / FRAME_RATE
        late = NoiseSuppressor.delay if settings.suppress_noise else 0
        self.latency_seconds = waiting + (self._codec.delay + late) / self._codec.sample_rate
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
        pcm, _ = quiet_recording(pcm, settings)
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
        reception = Reception(self._settings.receiver(), seconds)
        reports = self._reports(sender, reception, forward, backward)
        for channel in forward, backward:
            if isinstance(channel, HeaderChannel):
                channel.expect_headers()
        counted: list[SentPacket] = []
        every = [*islice(cycle(frames), before), *frames]
        slot = 0
        for number, frame in enumerate(every):
            slot = reports.before(number, slot)
            if number == before:
                reception.count_from(slot * seconds)
            silent, sound = frame.heard
            sent = sender.push(number, frame.tokens, silent, facts=frame.facts, sound=sound)
            counted += sent if number >= before else []
            for packet in sent:
                reception.take(forward.carry(packet.data, slot * seconds, seconds), slot)
            reports.behind(slot)
            slot += 1
        reception.take(forward.end(), slot)
        lost, tokens = len(counted) - reception.received, sum(one.tokens for one in counted)
        bits = int(sum(bits_taken(len(one.data), settings.slots) for one in counted))
        due = [one for one in reception.end(len(every)) if one.frame >= before]
        due = [one._replace(frame=one.frame - before) for one in due]
        return _Carried(len(counted), lost, bits, tokens, due)

    def _reports(
        self, sender: LinkSender, reception: Reception, forward: Channel, backward: Channel
    ) -> Reports:
        settings, seconds = self._settings, self.packet_seconds
        if not settings.hears_reports:
            return NoReports()
        way_back = WayBack(backward, seconds, settings.sender())
        if not settings.answered:
            return FullDuplex(sender, reception, way_back)
        turn, frames = (round(s * FRAME_RATE) for s in (settings.talked_before, settings.answered))
        return HalfDuplex(sender, reception, way_back, forward, turn, frames, seconds)

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
