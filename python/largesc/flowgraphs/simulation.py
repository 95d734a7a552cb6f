# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech through the real flowgraph with a simulated channel, as fast as the machine allows."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Any

import numpy as np
from gnuradio import gr
from largesc_kernels import packet_codec
from numpy.typing import NDArray

from ..audio.noise_suppressor import NoiseSuppressor
from ..audio.speech_file import SAMPLE_RATE
from ..erasure_channel import erasure_channel
from ..frame.tokens import FRAME_RATE, NUM_CODEBOOKS, TokenOrigin
from ..hier.speech_receiver import made_receiver
from ..hier.speech_transmitter import made_transmitter
from ..runtime import pdu
from ..runtime.backlog_gate import backlog_gate, queued_messages
from ..runtime.pdu_block import PduBlock
from ..runtime.sample_array import array_sink, array_source
from ..speech_link.channel_settings import ChannelSettings
from ..speech_link.quiet_recording import quiet_recording
from ..speech_link.settings import AUTO, ReceiverSettings, SenderSettings, check_in_time
from ..speech_link.simulated_reports import SimulatedReports

FRAME_MS = 1000.0 / FRAME_RATE
BITS_PER_TOKEN = packet_codec.bits_per_token
MAX_BACKLOG = 50  # frames between the blocks, 4 s; keeps all of them busy and memory small


@dataclass(frozen=True)
class SimulationSettings:
    """What a simulation depends on; the same settings give the same output, bit for bit.

    Raises:
        ValueError: redundancy that would always come too late, or two checkpoints.
    """

    sender: SenderSettings = SenderSettings()
    receiver: ReceiverSettings = ReceiverSettings()
    channel: ChannelSettings = ChannelSettings()

    def __post_init__(self) -> None:
        check_in_time(self.sender, self.receiver)
        if self.sender.checkpoint != self.receiver.checkpoint:
            raise ValueError(
                f"sender and receiver need one checkpoint, not {self.sender.checkpoint!r} and "
                f"{self.receiver.checkpoint!r}"
            )


@dataclass
class SimulationResult:
    """What came out.

    Attributes:
        pcm: received speech, float32, as many samples as went in, aligned with them.
        origins: a TokenOrigin per frame and codebook, uint8 ``[frames, 8]``.
        report: figures by name, as ``--json`` writes them.
    """

    pcm: NDArray[np.float32]
    origins: NDArray[np.uint8]
    report: dict[str, Any]


class _OriginLog(PduBlock):
    """Keeps the token origins of every frame played.

    ``blocks.message_debug`` would miss the last frames now and then: it ends when GNU Radio says
    that the block before it has ended.
    """

    def __init__(self) -> None:
        PduBlock.__init__(self, "origin_log", "tokens")
        self._rows: list[NDArray[np.uint8]] = []

    def process(self, received: pdu.Pdu) -> None:
        origin = pdu.optional_origin(received.meta)
        if origin is not None:
            self._rows.append(origin)

    def origins(self) -> NDArray[np.uint8]:
        """uint8 ``[frames, 8]``."""
        return np.array(self._rows, dtype=np.uint8).reshape(-1, NUM_CODEBOOKS)


class _LinkFlowgraph(gr.top_block):
    """Samples, transmitter, erasure channel, receiver, samples.

    The samples wait at the head while :meth:`backlog` is MAX_BACKLOG or more: GNU Radio's message
    queues have no cap, and the encoder is faster than the decoder.
    """

    def __init__(self, settings: SimulationSettings, pcm: NDArray[np.float32]):
        gr.top_block.__init__(self, "largesc simulate")
        channel = settings.channel
        pcm, sender = quiet_recording(pcm, settings.sender)
        self.transmitter = made_transmitter(sender)
        if settings.sender.code == AUTO or settings.sender.budget:
            reports = SimulatedReports(channel, settings.receiver.look_ahead + 1)
            packetizer = self.transmitter.packetizer
            packetizer.reports_before = lambda frame: reports.before(
                frame, packetizer.counters().get("packets", 0)
            )
        self.channel = erasure_channel(
            channel.loss_rate,
            channel.seed,
            channel.process,
            channel.burst or 0.0,
            record=channel.record_trace,
        )
        # Both ends are here: nothing has to be found out.
        self.receiver = made_receiver(settings.receiver.changed(check=settings.sender.check))
        self.played = _OriginLog()
        self.msg_connect(self.transmitter, "packets", self.channel, "packets")
        self.msg_connect(self.channel, "packets", self.receiver, "packets")
        self.msg_connect(self.receiver, "tokens", self.played, "tokens")
        self.delay = self.receiver.decoder.delay
        self.gate = backlog_gate(self.backlog, MAX_BACKLOG)
        # Silence behind the speech, so that its end is through the decoder before the stream's.
        self.source = array_source(pcm, silence_behind=self.delay)
        self.sink = array_sink(len(pcm) + self.delay)
        self.connect(self.source, self.gate, self.transmitter)
        self.connect(self.receiver, self.sink)

    def backlog(self) -> int:
        """Frames, packets and token frames that wait anywhere between samples and samples.

        Lost packets are in no queue, so nothing waits for them.
        """
        between = (
            self.transmitter.packetizer,
            self.channel,
            self.receiver.depacketizer,
            self.receiver.recovery,
            self.receiver.decoder,
            self.played,
        )
        inside = self.transmitter.encoder.backlog() + self.receiver.decoder.backlog()
        return inside + sum(queued_messages(block) for block in between)

    def run_to_end(self, on_progress: Callable[[float], None]) -> float:
        """Runs until the last sample is received; returns the seconds it took."""
        started = time.monotonic()
        self.start()
        waiter = Thread(target=self.wait, daemon=True)
        waiter.start()
        try:
            while waiter.is_alive():
                waiter.join(timeout=0.2)
                on_progress(self.receiver.counters()["decoder"].get("frames", 0) / FRAME_RATE)
        except KeyboardInterrupt:
            self.stop()
            raise
        return time.monotonic() - started


def simulate(
    pcm: NDArray[np.float32],
    settings: SimulationSettings,
    on_progress: Callable[[float], None] = lambda seconds: None,
) -> SimulationResult:
    """Sends speech through the flowgraph.

    Args:
        pcm: float32 ``[samples]`` at 24 kHz, at least one.
        settings: of link and receiver.
        on_progress: called with the seconds of speech received so far.

    Raises:
        CheckpointError: the checkpoint does not load.
        NoiseSuppressionUnavailable: it is asked for, and RNNoise is not here.
        ValueError: no samples.
    """
    if not len(pcm):
        raise ValueError("there are no samples to send")
    flowgraph = _LinkFlowgraph(settings, pcm)
    elapsed = flowgraph.run_to_end(on_progress)
    return SimulationResult(
        flowgraph.sink.samples()[flowgraph.delay :],
        flowgraph.played.origins(),
        _report(flowgraph, settings, len(pcm) / SAMPLE_RATE, elapsed),
    )


def _report(
    flowgraph: _LinkFlowgraph, settings: SimulationSettings, seconds: float, elapsed: float
) -> dict[str, Any]:
    sent = flowgraph.transmitter.counters()["packetizer"]
    received = flowgraph.receiver.counters()
    channel = flowgraph.channel.counters()
    seconds_on_air = (sent["packets"] + sent.get("rested", 0)) / FRAME_RATE
    late = NoiseSuppressor.delay if settings.sender.suppress_noise else 0  # of what is live
    delay_ms = 1000.0 * (flowgraph.delay + late) / SAMPLE_RATE
    return {
        "token_bps": sent["tokens"] * BITS_PER_TOKEN / seconds_on_air,
        "packet_bps": 8 * sent["bytes"] / seconds_on_air,
        "packets_sent": sent["packets"],
        "packets_lost": channel.get("lost", 0),
        "channel": _channel_report(flowgraph.channel, channel),
        "tokens": {
            kind.name.lower(): received["recovery"].get(kind.name.lower(), 0)
            for kind in TokenOrigin
        },
        "seconds_of_audio": seconds,
        "realtime_factor": elapsed / seconds,
        "algorithmic_latency_ms": FRAME_MS * (1 + settings.receiver.look_ahead) + delay_ms,
        "highest_backlog": flowgraph.gate.highest_backlog,
        "blocks": flowgraph.transmitter.counters() | {"channel": channel} | received,
        "settings": {
            "sender": settings.sender.model_dump(),
            "receiver": settings.receiver.model_dump(),
            "channel": settings.channel.model_dump(),
        },
    }


def _channel_report(channel: erasure_channel, counts: dict[str, int]) -> dict[str, Any]:
    """The loss process, and what it did in this run; bursts in packets."""
    lost = counts.get("lost", 0)
    return {
        "process": channel.description(),
        "loss_rate": lost / max(1, counts.get("packets", 0)),
        "mean_burst": lost / max(1, counts.get("bursts", 0)),
        "longest_burst": counts.get("longest_burst", 0),
        "record_error": channel.record_error,
    }
