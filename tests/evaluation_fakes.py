# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Systems, metrics and speech that are quick, and fail on demand: for tests of runs.

Worker processes import this module.
"""

import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

import numpy as np
from gnuradio.largesc.corpus.utterance import SAMPLE_RATE, Utterance
from gnuradio.largesc.evaluation.channels.channel_model import ChannelModel
from gnuradio.largesc.evaluation.channels.interface import Channel
from gnuradio.largesc.evaluation.channels.loss_model import LossModel
from gnuradio.largesc.evaluation.channels.lossless import Lossless
from gnuradio.largesc.evaluation.metrics.interface import MetricUnavailable
from gnuradio.largesc.evaluation.run.components import Components
from gnuradio.largesc.evaluation.systems.interface import Outcome, SystemUnavailable
from gnuradio.largesc.evaluation.systems.open_loop import OpenLoop, SentSpeech
from gnuradio.largesc.evaluation.systems.settings import SystemSettings
from gnuradio.largesc.link.arrival import Arrival
from pydantic import Field

PACKET = 480  # samples, 20 ms


class SampleSystem:
    """16-bit samples in packets of 20 ms; silence for lost ones."""

    packet_seconds = PACKET / SAMPLE_RATE
    latency_seconds = packet_seconds
    version = "1"
    concealment = "silence"

    def __init__(self, gain: float, trouble: str, counts: bool) -> None:
        self._gain = gain
        self._trouble = trouble
        self._counts = counts

    def send(self, pcm: np.ndarray) -> SentSpeech:
        samples = np.round(pcm * 32767).astype("<i2")
        pieces = range(0, len(samples), PACKET)
        packets = [samples[i : i + PACKET].tobytes() for i in pieces]
        return SentSpeech(packets, len(pcm), token_bits=16 * len(pcm))

    def receive(self, sent: SentSpeech, lost: np.ndarray) -> np.ndarray:
        pieces = [
            np.zeros(PACKET) if gone else np.frombuffer(packet, "<i2") * (self._gain / 32767)
            for packet, gone in zip(sent.packets, lost, strict=True)
        ]
        pcm = np.concatenate(pieces)[: sent.samples].astype(np.float32)
        if self._counts:
            self.figures = {"silenced": int(lost.sum()), "silenced_seconds": lost.sum() / 50}
        if lost.any():
            if self._trouble == "raises":
                raise RuntimeError("no speech today")
            if self._trouble == "not finite":
                pcm[:3] = np.nan
            if self._trouble == "short":
                return pcm[:-7]
            if self._trouble == "kills its process":
                os._exit(1)
        return pcm


class SampleSettings(SystemSettings):
    """Settings of the system above; ``counts``: it has figures of its own. Nobody reads volume."""

    kind: Literal["samples"] = "samples"
    gain: float = 1.0
    trouble: Literal["", "raises", "not finite", "short", "kills its process"] = ""
    counts: bool = False
    volume: float | None = None

    def default_label(self) -> str:
        return f"samples x{self.gain:g}" + (f" that {self.trouble}" if self.trouble else "")

    def build(self) -> OpenLoop:
        return OpenLoop(SampleSystem(self.gain, self.trouble, self.counts))


class AbsentSettings(SystemSettings):
    """A system whose library is not there."""

    kind: Literal["absent"] = "absent"

    def default_label(self) -> str:
        return "absent"

    def build(self) -> OpenLoop:
        raise SystemUnavailable("its library is not installed")


class RepeatingSystem:
    """Sends the samples of 20 ms in a packet, and twice as long as it hears of losses."""

    packet_seconds = latency_seconds = PACKET / SAMPLE_RATE
    version = "1"
    concealment = "silence"

    def run(self, pcm: np.ndarray, forward: Channel, backward: Channel) -> Outcome:
        heard = np.zeros_like(pcm)
        packets = lost = told = 0
        repeats = False
        for number, begin in enumerate(range(0, len(pcm), PACKET)):
            start = number * self.packet_seconds
            sent = pcm[begin : begin + PACKET]
            starts = [start, start + 0.01][: 1 + repeats]
            came = [forward.carry(sent.tobytes(), begins, 0.01) for begins in starts]
            arrived = [arrival for arrivals in came for arrival in arrivals]
            packets, lost = packets + len(came), lost + len(came) - len(arrived)
            for arrival in arrived:
                heard[begin : begin + PACKET] = np.frombuffer(arrival.data, np.float32)
            for report in backward.carry(bytes([len(arrived) < len(came)]), start + 0.02, 0.001):
                told += 1
                repeats = bool(report.data[0])
        bits = 32 * len(pcm) * packets // (number + 1)
        return Outcome(heard, packets, lost, bits, None, 0.0, 0.0, {"told": told})


class RepeatingSettings(SystemSettings):
    """Settings of the system above."""

    kind: Literal["repeats"] = "repeats"

    def default_label(self) -> str:
        return "repeats"

    def build(self) -> RepeatingSystem:
        return RepeatingSystem()


class NoisyChannel:
    """Loses packets by the noise they meet, and says how much it was."""

    def __init__(self, snr_db: float) -> None:
        self._snr_db = snr_db

    def reset(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def carry(self, packet: bytes, start: float, airtime: float) -> list[Arrival]:
        snr = self._snr_db + self._rng.normal(0.0, 3.0)
        return [Arrival(packet, start + airtime, snr)] if snr > 0 else []

    def end(self) -> list[Arrival]:
        return []


class NoisySettings(ChannelModel):
    """Settings of the channel above, whose axis is no loss rate."""

    process: Literal["noisy"] = "noisy"
    snr_db: float
    band: str = ""

    @property
    def axis(self) -> str:
        return "snr_db"

    @property
    def label(self) -> str:
        return f"noisy {self.snr_db:g} dB {self.band}".strip()

    def build(self, packet_seconds: float) -> NoisyChannel:
        return NoisyChannel(self.snr_db)


class Distance:
    """Mean distance of samples; and, for its column of text, who spoke."""

    name = "distance"
    version = "1"
    columns = ("distance", "distance_to_lossless", "heard_reader")

    def score(self, utterance: Utterance, received: np.ndarray, without_loss: np.ndarray) -> dict:
        scores = {
            "distance": float(np.mean(np.abs(received - utterance.pcm))),
            "distance_to_lossless": float(np.mean(np.abs(received - without_loss))),
            "heard_reader": utterance.reader,
        }
        received[:] = 0  # a metric that spoils its input harms no other
        return scores


class Loudness:
    """Refuses what is nearly silent."""

    name = "loudness"
    version = "1"
    columns = ("plcmos",)

    def score(self, utterance: Utterance, received: np.ndarray, without_loss: np.ndarray) -> dict:
        level = float(np.mean(np.abs(received)))
        if level < 1e-4:
            raise RuntimeError("nothing to hear")
        return {"plcmos": level}


class Missing:
    """A metric whose library is not there."""

    def __init__(self) -> None:
        raise MetricUnavailable("its model is not installed")


@dataclass(frozen=True)
class FakeEntry:
    name: str
    subset: str
    reader: str
    language: str
    text: str
    seconds: float


@dataclass(frozen=True)
class FakeSkipped:
    path: str
    reason: str


@dataclass(frozen=True)
class FakeCorpus:
    """Noise with a seed of the name."""

    name: str
    fingerprint: str
    entries: list[FakeEntry]
    skipped: list[FakeSkipped] = field(default_factory=list)

    def load(self, name: str) -> Utterance:
        entry = next(entry for entry in self.entries if entry.name == name)
        if "broken" in name:
            raise ValueError(f"{name}: the file is damaged")
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        pcm = rng.normal(0, 0.1, round(entry.seconds * SAMPLE_RATE)).astype(np.float32)
        return Utterance(name, entry.subset, entry.reader, entry.language, entry.text, pcm)


def open_fake_corpus(where: str, subsets: Sequence[str] = ()) -> FakeCorpus:
    """``where``: empty for three files of two subsets, or ``broken``, ``empty``, ``other``."""
    entries = [
        FakeEntry("digits/one", "digits", "ann", "en", "one", 0.5),
        FakeEntry("digits/two", "digits", "ann", "en", "two", 0.7),
        FakeEntry("sentences/long", "sentences", "bob", "en", "a long one", 1.01),
    ]
    if where.endswith("broken"):
        entries.append(FakeEntry("digits/broken", "digits", "ann", "en", "", 1.0))
    if where.endswith("empty"):
        entries = []
    wanted = [entry for entry in entries if not subsets or entry.subset in subsets]
    skipped = [FakeSkipped("digits/tiny.wav", "shorter than 0.1 s")]
    return FakeCorpus("fake", f"fingerprint {where}", wanted, skipped)


FAKES = Components(
    any_system=Annotated[
        SampleSettings | RepeatingSettings | AbsentSettings, Field(discriminator="kind")
    ],
    any_channel=Annotated[Lossless | LossModel | NoisySettings, Field(discriminator="process")],
    metrics={"distance": Distance, "loudness": Loudness, "missing": Missing},
    open_corpus=open_fake_corpus,
)
