# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with a device while it runs: said, counted, and over when it is over. The tests'
own driver for SoapySDR does all of it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gnuradio import gr, largesc
from loopback_driver import FREQUENCY, LOW_RATE, loopback_device
from pdu_flowgraph import PduStore, packet_pdu, post, stop, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.alone]

AGAIN_S = 8.0  # between two overs of the same packets, which take 2 s
PACKETS = [bytes([2 * number, 16, *range(11)]) for number in range(100)]


class Link:
    """Two radios: one sends packets when it is told, the other receives them."""

    def __init__(self, there: dict[str, Any], here: dict[str, Any], ether: Path, **how: Any):
        self.store = PduStore()
        self.modulator = largesc.packet_modulator(
            sizes=[13], amplitude=0.5, live=True, max_queue=200
        )
        self.demodulator = largesc.packet_demodulator(sizes=[13])
        values = {"frequency": FREQUENCY} | how
        self.sink = largesc.radio_sink(loopback_device(ether, "1", **there), **values)
        self.source = largesc.radio_source(loopback_device(ether, "2", **here), **values)
        self.graphs = gr.top_block(), gr.top_block()
        self.graphs[0].connect(self.source, self.demodulator)
        self.graphs[0].msg_connect(self.demodulator, "packets", self.store, "pdus")
        self.graphs[1].connect(self.modulator, self.sink)
        for graph in self.graphs:
            graph.start()

    def send(self, count: int, first: int = 0) -> None:
        post(self.modulator, "packets", map(packet_pdu, PACKETS[first : first + count]))

    def send_until(self, heard: Callable[[], bool], what: str, first: int = 0) -> None:
        """Sends 25 packets, and again: of a machine that falls behind an over may be lost."""

        def is_heard() -> bool:
            if time.monotonic() >= self._again:
                self.send(25, first)
                self._again = time.monotonic() + AGAIN_S
            return heard()

        self._again = 0.0
        wait_until(is_heard, what)

    def received(self) -> list[bytes]:
        return [bytes(vector) for vector in self.store.vectors()]

    def stop(self) -> None:
        for graph in reversed(self.graphs):
            stop(graph)


@pytest.fixture
def link(tmp_path: Path) -> Iterator[Any]:
    made: list[Link] = []

    def make(there: dict[str, Any], here: dict[str, Any], **how: Any) -> Link:
        made.append(Link(there, here, tmp_path / "ether", **how))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_noise_offset_delay_and_a_spike_cost_nothing_at_a_good_signal(link: Any) -> None:
    channel = {"noise": 0.3, "offset": -90.0, "delay": 5000, "spike": 0.5}
    two = link({}, channel, correction=3.0)
    two.send_until(lambda: len(two.received()) >= 10, "packets come")
    assert "faults" not in two.source.counters()


def test_samples_that_a_device_loses_are_counted_and_the_link_goes_on(link: Any) -> None:
    two = link({}, {"drop_every": 1.3, "drop_for": 0.12})
    two.send(60)
    wait_until(lambda: two.source.counters().get("gaps", 0) >= 2, "two gaps are known")
    wait_until(lambda: len(two.received()) >= 15, "packets come all the same")
    lost = two.source.counters()["lost_samples"] / two.source.counters()["gaps"]
    assert lost > 0.5 * 0.12 * 8000  # a machine that falls behind loses more


def test_a_device_that_is_unplugged_is_said_and_taken_up_again(link: Any, tmp_path: Path) -> None:
    unplugged = tmp_path / "unplugged"
    two = link({}, {"unplugged": unplugged})
    wait_until(lambda: two.demodulator.nitems_read(0) > 0, "samples come")
    unplugged.touch()
    wait_until(lambda: two.source.station.fault != "", "the fault is known")
    assert "no samples for 2 s" in two.source.station.fault
    before = two.demodulator.nitems_read(0)
    wait_until(lambda: two.demodulator.nitems_read(0) > before, "silence comes meanwhile")
    unplugged.unlink()
    wait_until(lambda: two.source.station.fault == "", "it works again")
    two.send_until(lambda: len(two.received()) >= 5, "what is sent then comes")
    assert two.source.counters()["faults"] >= 1


def test_a_sender_that_is_unplugged_counts_what_it_does_not_send(link: Any, tmp_path: Path) -> None:
    unplugged = tmp_path / "unplugged"
    two = link({"unplugged": unplugged}, {})
    unplugged.touch()
    wait_until(lambda: two.sink.station.fault != "", "the fault is known")
    wait_until(lambda: two.sink.counters().get("unsent", 0) > 0, "samples are counted")
    unplugged.unlink()
    wait_until(lambda: two.sink.station.fault == "", "it works again")
    two.send_until(lambda: len(two.received()) >= 5, "what is sent then comes")


def test_a_transmitter_that_is_started_again_is_heard_again(link: Any) -> None:
    two = link({}, {"noise": 0.1})
    two.send_until(lambda: len(two.received()) >= 4, "it is heard")
    stop(two.graphs[1])
    two.graphs[1].start()
    again = set(PACKETS[50:])
    two.send_until(lambda: len(set(two.received()) & again) >= 5, "it is heard again", first=50)


def test_of_two_transmitters_at_once_the_stronger_one_is_heard(link: Any, tmp_path: Path) -> None:
    two = link({}, {"noise": 0.1})
    weak = largesc.packet_modulator(sizes=[13], amplitude=0.1, live=True, max_queue=200)
    third = largesc.radio_sink(loopback_device(tmp_path / "ether", "3"), frequency=FREQUENCY)
    other = gr.top_block()
    other.connect(weak, third)
    other.start()
    try:
        post(weak, "packets", map(packet_pdu, PACKETS[50:75]))
        two.send_until(lambda: len(set(two.received()) & set(PACKETS[:25])) >= 8, "it is heard")
    finally:
        stop(other)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"rate": 1e5}, f"does not do 100000 samples/s; it does {LOW_RATE} samples/s to 20000000"),
        ({"rate": 250_130.0}, "choose a multiple"),
        ({"gain": "LNA=3"}, "no gain 'LNA'; there are AMP"),
        ({"shift": 90_000.0}, "too far off the middle"),
        ({"frequency": 0.0}, "needs a frequency"),
    ],
)
def test_what_a_device_does_not_do_is_said(tmp_path: Path, values: dict, says: str) -> None:
    device = loopback_device(tmp_path / "ether", "1")
    for kind in (largesc.radio_source, largesc.radio_sink):
        with pytest.raises(OSError, match=says) as caught:
            kind(device, **{"frequency": FREQUENCY} | values)
        assert str(caught.value).startswith(device)
