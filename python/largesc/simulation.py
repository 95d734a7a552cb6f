# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech through the real flowgraph with a simulated channel, as fast as the machine allows."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import numpy as np
import soundfile
from gnuradio import blocks, gr
from numpy.typing import NDArray

from . import pdu
from .audio.speech_file import SAMPLE_RATE
from .erasure_channel import checked_loss_process, erasure_channel
from .largesc_python import packet_codec, takes_burst, takes_loss_rate
from .link.tokens import FRAME_RATE, NUM_CODEBOOKS, Allocation, TokenOrigin
from .pdu_block import PduBlock
from .speech_receiver import speech_receiver
from .speech_transmitter import speech_transmitter

FRAME_MS = 1000.0 / FRAME_RATE
BITS_PER_TOKEN = packet_codec.bits_per_token


@dataclass(frozen=True)
class SimulationSettings:
    """What a simulation depends on; the same settings give the same output, bit for bit.

    ``channel`` names the loss process as the command line does (``trace:FILE`` among them);
    ``burst`` (packets) is for those that take one, and they need it. ``record_trace`` names a file
    for the channel's decisions.

    Raises:
        ValueError: a setting out of range, or redundancy that would always come too late.
    """

    loss_rate: float = 0.0
    allocation: Allocation = field(default_factory=Allocation)
    look_ahead: int = 1
    recovery: str = "hold"
    seed: int = 0
    checkpoint: str = "mini"
    channel: str = "independent"
    burst: float | None = None
    record_trace: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.loss_rate <= 1.0:
            raise ValueError(f"the loss rate must be 0..1, not {self.loss_rate}")
        if self.allocation.n_redundant and self.allocation.lag > self.look_ahead:
            raise ValueError(
                f"redundancy at lag {self.allocation.lag} comes too late for a look-ahead of "
                f"{self.look_ahead}: choose a lag no larger than the look-ahead"
            )
        self._check_channel()

    def _check_channel(self) -> None:
        if self.loss_rate and not takes_loss_rate(self.channel):
            raise ValueError(f"{self.channel} has its own loss rate: leave the loss rate away")
        if self.burst is not None and not takes_burst(self.channel):
            raise ValueError(f"channel {self.channel} has no burst length to choose")
        if self.burst is None and takes_burst(self.channel):
            raise ValueError(f"channel {self.channel} needs a burst length in packets")
        checked_loss_process(self.channel, self.loss_rate, self.burst or 0.0, self.seed)


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
    """File, transmitter, erasure channel, receiver, file."""

    def __init__(self, settings: SimulationSettings):
        gr.top_block.__init__(self, "largesc simulate")
        choice = settings.allocation
        self.transmitter = speech_transmitter(
            settings.checkpoint, choice.n_primary, choice.n_redundant, choice.lag
        )
        self.channel = erasure_channel(
            settings.loss_rate,
            settings.seed,
            settings.channel,
            settings.burst or 0.0,
            record=settings.record_trace,
        )
        self.receiver = speech_receiver(settings.checkpoint, settings.look_ahead, settings.recovery)
        self.played = _OriginLog()
        self.msg_connect(self.transmitter, "packets", self.channel, "packets")
        self.msg_connect(self.channel, "packets", self.receiver, "packets")
        self.msg_connect(self.receiver, "tokens", self.played, "tokens")

    def connect_files(self, sent: Path, received: Path) -> None:
        """Takes speech from one WAV file and puts it into another."""
        source = blocks.wavfile_source(str(sent), False)
        self.sink = blocks.wavfile_sink(
            str(received), 1, SAMPLE_RATE, blocks.FORMAT_WAV, blocks.FORMAT_FLOAT
        )
        self.connect(source, self.transmitter)
        self.connect(self.receiver, self.sink)

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
        self.sink.close()
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
        ValueError: no samples.
    """
    if not len(pcm):
        raise ValueError("there are no samples to send")
    flowgraph = _LinkFlowgraph(settings)
    delay = flowgraph.receiver.decoder.delay
    with TemporaryDirectory(prefix="largesc-") as folder:
        sent, received = Path(folder) / "sent.wav", Path(folder) / "received.wav"
        # Silence behind the speech, so that its end is through the decoder before the stream's.
        padded = np.pad(pcm, (0, delay))
        soundfile.write(sent, padded, SAMPLE_RATE, subtype="FLOAT")
        flowgraph.connect_files(sent, received)
        elapsed = flowgraph.run_to_end(on_progress)
        decoded, _ = soundfile.read(received, dtype="float32")
    output = decoded[delay : delay + len(pcm)]
    return SimulationResult(
        output,
        flowgraph.played.origins(),
        _report(flowgraph, settings, len(pcm) / SAMPLE_RATE, elapsed),
    )


def _report(
    flowgraph: _LinkFlowgraph, settings: SimulationSettings, seconds: float, elapsed: float
) -> dict[str, Any]:
    sent = flowgraph.transmitter.counters()["packetizer"]
    received = flowgraph.receiver.counters()
    channel = flowgraph.channel.counters()
    seconds_on_air = sent["packets"] / FRAME_RATE
    delay_ms = 1000.0 * flowgraph.receiver.decoder.delay / SAMPLE_RATE
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
        "algorithmic_latency_ms": FRAME_MS * (1 + settings.look_ahead) + delay_ms,
        "blocks": flowgraph.transmitter.counters() | {"channel": channel} | received,
        "settings": asdict(settings),
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
