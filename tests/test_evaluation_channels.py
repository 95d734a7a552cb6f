# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels of the judge: what they lose, what they say of themselves, the open-loop adapter."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluation_channels import ListedLosses, run
from gnuradio.largesc.evaluation.channels.channel_model import ChannelModel
from gnuradio.largesc.evaluation.channels.interface import Channel, channel_seed
from gnuradio.largesc.evaluation.channels.loss_model import LossModel
from gnuradio.largesc.evaluation.channels.lossless import Lossless, LosslessChannel
from gnuradio.largesc.evaluation.channels.registry import AnyChannel
from gnuradio.largesc.evaluation.systems.cpu_time import OncePerSpeech
from gnuradio.largesc.evaluation.systems.open_loop import OpenLoop, SentSpeech
from gnuradio.largesc.link.arrival import Arrival
from pydantic import TypeAdapter, ValidationError

GOLDEN = json.loads((Path(__file__).parent / "golden" / "channel_losses.json").read_text())
ADAPTER: TypeAdapter[ChannelModel] = TypeAdapter(AnyChannel)
SPEECH = np.linspace(-0.5, 0.5, 1000, dtype=np.float32)


def losses(channel: Channel, packets: int, seconds: float) -> str:
    """What becomes of packets one after the other, 1 where lost."""
    arrivals = [channel.carry(b"x", k * seconds, seconds) for k in range(packets)]
    return "".join("01"[not arrived] for arrived in arrivals)


def name(case: dict[str, Any]) -> str:
    return f"{case['settings']['process']} {case['settings']['per']} {case['packet_seconds']:.3f}"


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=name)
def test_the_same_seed_loses_what_it_always_lost(case: dict[str, Any]) -> None:
    channel = LossModel(**case["settings"]).build(case["packet_seconds"])
    for _ in range(2):
        channel.reset(int(GOLDEN["seed"]))
        assert losses(channel, len(case["lost"]), case["packet_seconds"]) == case["lost"]


def test_a_slot_without_packets_is_decided_too() -> None:
    channel = LossModel(process="independent", loss_rate=0.5).build(0.08)
    channel.reset(3)
    every = losses(channel, 100, 0.08)
    channel.reset(3)
    fifth = losses(channel, 20, 0.4)
    assert fifth == every[::5]
    channel.reset(3)
    twice = [not channel.carry(b"x", k // 2 * 0.08, 0.01) for k in range(200)]
    assert twice[::2] == twice[1::2] == [lost == "1" for lost in every]


def test_what_arrives_is_what_was_sent_at_its_end() -> None:
    lossy = LossModel(process="independent", loss_rate=1e-9).build(0.02)
    lossy.reset(0)
    for channel in (lossy, LosslessChannel()):
        assert channel.carry(b"abc", 1.0, 0.25) == [Arrival(b"abc", 1.25)]


def test_a_channel_says_its_family_axis_and_value() -> None:
    model = LossModel(process="gilbert", loss_rate=0.2, burst_ms=240)
    assert model.columns() == {
        "loss": "gilbert 20 %, 240 ms",
        "loss_rate": 0.2,
        "channel_family": "gilbert",
        "channel_settings": '{"burst_ms": 240.0}',
        "axis": "loss_rate",
        "axis_value": 0.2,
    }
    other = LossModel(process="gilbert", loss_rate=0.3, burst_ms=240).columns()
    longer = LossModel(process="gilbert", loss_rate=0.2, burst_ms=400).columns()
    assert other["channel_settings"] == model.columns()["channel_settings"]
    assert longer["channel_settings"] != model.columns()["channel_settings"]
    assert Lossless().columns() == {
        "loss": "no loss",
        "loss_rate": 0.0,
        "channel_family": "none",
        "channel_settings": "{}",
        "axis": "loss_rate",
        "axis_value": 0.0,
    }


def test_a_trace_has_no_axis(tmp_path: Path) -> None:
    file = tmp_path / "some.trace"
    file.write_text("0\n1\n0\n0\n")
    model = LossModel(process="trace", trace=str(file), per="packet")
    columns = model.columns()
    assert (columns["axis"], columns["axis_value"], columns["loss_rate"]) == ("", None, 0.0)
    assert json.loads(columns["channel_settings"]) == {"per": "packet", "trace": str(file)}
    channel = model.build(0.02)
    channel.reset(1)
    assert losses(channel, 4, 0.02) == "0100"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"process": "independent"}, "needs a loss_rate"),
        ({"process": "none", "loss_rate": 0.1}, "loss_rate"),
        ({"process": "gilbert", "loss_rate": 0.1}, "needs burst_ms"),
        ({"process": "bellcore", "loss_rate": 0.1, "burst_ms": 80}, "takes no burst_ms"),
        ({"process": "independent", "loss_rate": 0.1, "trace": "x"}, "takes no trace"),
        ({"process": "trace"}, "needs trace"),
        ({"process": "trace", "trace": "none", "loss_rate": 0.1}, "takes no loss_rate"),
        ({"process": "trace", "trace": "/nowhere"}, "/nowhere"),
        ({"process": "gilbert", "loss_rate": 0.5, "burst_ms": 80}, "burst"),
        ({"process": "gilber", "loss_rate": 0.5}, "gilbert"),
    ],
    ids=str,
)
def test_channels_that_cannot_be_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ADAPTER.validate_python(settings)


def test_bursts_too_short_for_a_systems_packets_are_said_when_it_is_known() -> None:
    model = LossModel(process="gilbert", loss_rate=0.4, burst_ms=150, per="packet")
    with pytest.raises(ValueError, match="burst"):
        model.build(0.14).reset(0)


def test_every_utterance_and_way_has_chances_of_its_own() -> None:
    seeds = {channel_seed(s, u, w) for s in (1, 2) for u in ("a", "b") for w in ("", "backward")}
    assert len(seeds) == 8
    assert channel_seed(7, "sentences/some") == int(GOLDEN["seed"])


class Bytes:
    """An open-loop codec of samples as bytes; remembers what it was given."""

    packet_seconds = 0.02
    latency_seconds = 0.02
    version = "1"
    concealment = "silence"

    def __init__(self) -> None:
        self.encoded = 0
        self.figures = {"heard": ""}

    def send(self, pcm: np.ndarray) -> SentSpeech:
        self.encoded += 1
        return SentSpeech([bytes([k]) for k in range(10)], len(pcm), token_bits=3)

    def receive(self, sent: SentSpeech, lost: np.ndarray) -> np.ndarray:
        self.figures = {"heard": b"".join(sent.packets).hex(), "gone": int(lost.sum())}
        return np.zeros(sent.samples, dtype=np.float32)


class Damaging(ListedLosses):
    """Turns the bits of odd packets; the layer below notices it for every third."""

    def carry(self, packet: bytes, start: float, airtime: float) -> list[Arrival]:
        super().carry(packet, start, airtime)
        number = len(self.packets) - 1
        if number % 2 == 0:
            return [Arrival(packet, start + airtime)]
        turned = bytes(255 - byte for byte in packet)
        return [Arrival(turned, start + airtime, verdict=number % 3 != 0)]


def test_speech_is_encoded_once_for_all_channels() -> None:
    codec = Bytes()
    system = OpenLoop(codec)
    first = run(system, SPEECH)
    assert [run(system, SPEECH.copy(), [k]).encode_seconds for k in range(3)] == 3 * [
        first.encode_seconds
    ]
    assert codec.encoded == 1
    run(system, SPEECH[::-1].copy())
    assert codec.encoded == 2


def test_nothing_of_a_lost_packet_reaches_the_receiver() -> None:
    outcome = run(OpenLoop(Bytes()), SPEECH, [0, 4, 9])
    assert outcome.figures == {"heard": "01020305060708", "gone": 3}
    assert (outcome.packets, outcome.lost, outcome.bits, outcome.token_bits) == (10, 3, 80, 3)


def test_the_receiver_decodes_what_came_and_not_what_was_sent() -> None:
    outcome = OpenLoop(Bytes()).run(SPEECH, Damaging(), ListedLosses())
    # 3 and 9 are known to be damaged; 1, 5 and 7 are not.
    assert outcome.figures == {"heard": "00fe0204fa06f808", "gone": 2}
    assert outcome.lost == 2


def test_work_that_fails_leaves_nothing_for_the_next() -> None:
    def work(pcm: np.ndarray) -> int:
        if not pcm.any():
            raise RuntimeError("silence")
        return len(pcm)

    once = OncePerSpeech(work)
    assert once(SPEECH)[0] == 1000
    with pytest.raises(RuntimeError):
        once(np.zeros(1000, dtype=np.float32))
    assert once(SPEECH)[0] == 1000
