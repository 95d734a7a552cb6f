# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A two-way link: what one side receives reaches the other side's sender, through bytes alone."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from gnuradio import gr, largesc
from gnuradio.largesc.frame.report import ChannelReport
from gnuradio.largesc.frame.tokens import no_tokens
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from live_process import Program, wait_until
from pdu_flowgraph import wait_for_end
from random_checkpoint import random_checkpoint
from relay import Impairment, Relay, UdpWire

WINDOW = 50  # packets in a report
STEP = 1 / 255  # of a loss rate in an announcement
RECORDING = Path(largesc.__file__).parent / "audio" / "verification.flac"


def nearest_window(lost: list[bool], report: ChannelReport) -> float:
    """How far the loss rate is from that of the nearest window of the relay's log."""
    width = report.window
    rates = np.convolve(lost, np.ones(width) / width, "valid")
    return float(np.abs(rates - report.loss_rate).min())


class Station:
    """Sender and receiver kernels of one side."""

    def __init__(self, session: int, fingerprint: int = 0xC8DD):
        settings = SenderSettings(announce=True, session=session, n_redundant=4)
        self.sender = LinkSender(settings, fingerprint)
        self.receiver = SequenceReceiver(ReceiverSettings(check="none"), fingerprint)
        self.lost: list[bool] = []  # of the frames' packets that came here

    def hear(self, data: bytes, lost: bool, beside: bool, snr: float) -> None:
        if not beside:
            self.lost.append(lost)
        if not lost:
            self.receiver.receive(Arrival(data, snr=snr))
        self.sender.control(self.receiver.report().as_dict())


def test_each_side_learns_how_the_other_receives_it() -> None:
    one, other = Station(1), Station(2)
    rng = np.random.default_rng(3)
    for frame in range(250):
        for talks, hears, loss, snr in ((one, other, 0.3, -3.0), (other, one, 0.1, 8.0)):
            tokens = np.full(8, frame, dtype=np.int16)
            for packet in talks.sender.push(frame, tokens):
                hears.hear(packet.data, rng.random() < loss, packet.beside, snr)
    for station, across, snr in ((one, other, -3.0), (other, one, 8.0)):
        channel = station.sender.channel
        assert channel is not None
        assert (channel.session, channel.window, channel.snr) == (station.sender.session, 52, snr)
        # The window of 50 packets is told in steps of 4.
        assert channel.age <= 75  # announcements come every 25 frames, if they come
        assert nearest_window(across.lost, across.receiver.report().channel) < 1e-9
        measured = ChannelReport(loss_rate=channel.loss_rate, window=WINDOW)
        assert nearest_window(across.lost, measured) < STEP
    assert one.sender.channel.loss_rate > other.sender.channel.loss_rate


def test_half_duplex_report_travels_at_turn_over() -> None:
    """B hears A's over and answers with an over of its own, in which A learns of the first."""
    a, b = Station(1), Station(2)
    for frame in range(60):
        for packet in a.sender.push(frame, np.full(8, 5, dtype=np.int16)):
            b.hear(packet.data, frame % 5 == 4, packet.beside, 0.0)
    assert a.sender.channel is None
    (announced, _) = b.sender.push(0, np.full(8, 7, dtype=np.int16))
    a.hear(announced.data, False, True, 0.0)
    assert a.sender.channel.loss_rate == pytest.approx(0.2, abs=0.02)


def test_report_of_silence_is_sent_as_well() -> None:
    a, b = Station(1), Station(2)
    for frame in range(30):
        for packet in a.sender.push(frame, no_tokens(), silence=True):
            b.hear(packet.data, False, packet.beside, 1.0)
    (announced,) = b.sender.push(0, no_tokens(), silence=True)
    a.hear(announced.data, False, False, 1.0)
    assert a.sender.channel.loss_rate == 0.0


def two_way_flowgraph(pcm: np.ndarray) -> tuple[gr.top_block, dict[str, Any]]:
    """Both directions in one flowgraph, each with losses of its own; nothing else connects them."""
    from gnuradio.largesc.runtime.sample_array import array_sink, array_source

    flowgraph, parts = gr.top_block(), {}
    name = random_checkpoint()
    for side, session in (("a", 1), ("b", 2)):
        parts[f"{side}_sends"] = largesc.speech_transmitter(
            name, 8, 4, 1, announce=True, session=session
        )
        parts[f"{side}_hears"] = largesc.speech_receiver(name, 1, "zero")
        source, sink = array_source(pcm), array_sink(0)
        parts[f"{side}_ends"] = source, sink  # GNU Radio does not keep Python's blocks alive
        flowgraph.connect(source, parts[f"{side}_sends"])
        flowgraph.connect(parts[f"{side}_hears"], sink)
        flowgraph.msg_connect(parts[f"{side}_hears"], "report", parts[f"{side}_sends"], "control")
    for here, there, loss in (("a", "b", 0.3), ("b", "a", 0.1)):
        channel = parts[f"{here}_{there}"] = largesc.erasure_channel(loss, seed=5)
        flowgraph.msg_connect(parts[f"{here}_sends"], "packets", channel, "packets")
        flowgraph.msg_connect(channel, "packets", parts[f"{there}_hears"], "packets")
    return flowgraph, parts


@pytest.mark.slow
def test_flowgraph_reports_cross() -> None:
    pcm = np.tile(soundfile.read(RECORDING, dtype="float32")[0], 3)
    flowgraph, parts = two_way_flowgraph(pcm)
    flowgraph.start()
    wait_for_end(flowgraph)
    for here, there, loss in (("a", "b", 0.3), ("b", "a", 0.1)):
        channel = parts[f"{here}_sends"].packetizer.channel
        assert channel is not None
        spread = 4 * (loss * (1 - loss) / channel.window) ** 0.5
        assert channel.loss_rate == pytest.approx(loss, abs=spread)
        lost = parts[f"{here}_{there}"].counters()["lost"]
        counters = parts[f"{there}_hears"].counters()["depacketizer"]
        lost_announcements = lost - counters["lost"]
        assert (
            0
            <= lost_announcements
            <= parts[f"{here}_sends"].counters()["packetizer"]["announcements"]
        )


@pytest.fixture
def relays() -> Iterator[list[Relay]]:
    started: list[Relay] = []
    yield started
    for relay in started:
        relay.end()


@pytest.mark.slow
@pytest.mark.alone
def test_two_processes_report_over_udp(relays: list[Relay], tmp_path: Path) -> None:
    """Between the two pass bytes and nothing else; their reports are held to the relays' logs."""
    speech = tmp_path / "speech.wav"
    pcm, rate = soundfile.read(RECORDING)
    soundfile.write(speech, np.tile(pcm, 16), rate)
    wires = UdpWire(), UdpWire()
    losses = 0.3, 0.1
    stations = []
    for place in (0, 1):
        to, options = f"udp://127.0.0.1:{wires[place].port}", ("--text", f"ST{place}")
        at = ("--at", "udp://127.0.0.1:0", "--checkpoint", random_checkpoint())
        stations.append(Program(tmp_path, "talk", speech, "--to", to, *at, *options))
    try:
        for place in (0, 1):
            wires[place].connect(stations[1 - place].port())
            relays.append(Relay(wires[place], Impairment(loss=losses[place], seed=7)))
        for relay in relays:
            relay.start()
        wait_until(lambda: all(relay.log["frames"] >= 120 for relay in relays), "120 frames")
        figures = [station.end(signal.SIGINT) for station in stations]
    finally:
        for station in stations:
            station.kill()
    for place in (0, 1):
        here, there, log = figures[place], figures[1 - place], relays[place].decisions
        assert there["announced"] == f"ST{place}"
        received = ChannelReport(**{k: there["report"][k] for k in ("loss_rate", "window")})
        # What was late, or came while the listener stood still, counts as lost.
        missed = sum(
            there["listening"]["depacketizer"][what] for what in ("late", "early", "doubtful")
        )
        assert nearest_window(log, received) <= (1 + missed) / WINDOW
        width = min(WINDOW, here["channel"]["window"])
        learned = ChannelReport(loss_rate=here["channel"]["loss_rate"], window=width)
        # Told in steps of 4 packets.
        assert nearest_window(log, learned) <= (2 + missed) / width + STEP
        assert here["channel"]["session"] == there["report"]["session"]
