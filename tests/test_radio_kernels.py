# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What radios are made of, without a radio: rates, gains, queues, gaps, turns, recordings."""

import json
from pathlib import Path

import numpy as np
import pytest
from gnuradio.largesc.frame.tokens import Allocation
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.link.packetizer import Packetizer
from gnuradio.largesc.radio.device_rate import chosen_rate, read_gains, resampling, tuned
from gnuradio.largesc.radio.front_ends.opening import kind_of
from gnuradio.largesc.radio.iq_recording import IqRecording
from gnuradio.largesc.radio.packet_annotation import FrameNumbers, PacketAnnotations
from gnuradio.largesc.radio.radio_settings import RadioSettings
from gnuradio.largesc.radio.radio_station import RadioStation, in_both_directions
from gnuradio.largesc.radio.sample_clock import SampleClock
from gnuradio.largesc.radio.sample_queue import SampleQueue
from gnuradio.largesc.radio.talk_key import TalkKey
from hypothesis import given
from hypothesis import strategies as st
from largesc_kernels import packet_codec

HACKRF = [(rate * 1e6, rate * 1e6) for rate in range(1, 21)]


@pytest.mark.parametrize(
    ("wanted", "ranges", "least", "rate"),
    [
        (0, HACKRF, 2e6, 2e6),
        (0, [(200e3, 20e6)], 0, 200e3),
        (0, [(25e6 / 48, 61.44e6)], 0, 528e3),
        (0, [], 2e6, 2e6),
        (0, [(2.5e6, 2.5e6)], 0, 2.5e6),
        (2.5e6, [(2e6, 20e6)], 0, 2.5e6),
        (48000, [], 0, 48000),
    ],
)
def test_the_rate_of_a_device(wanted: float, ranges: list, least: float, rate: float) -> None:
    assert chosen_rate(wanted, ranges, 8000, least) == rate
    assert float(resampling(rate, 8000)) * 8000 == pytest.approx(rate)


@pytest.mark.parametrize(
    ("wanted", "ranges", "says"),
    [
        (1e6, [(2e6, 20e6)], "does not do 1000000 samples/s; it does 2000000 samples/s to"),
        (2_000_100, [], "choose a multiple, as 2000000 samples/s"),
        (4000, [], "does not fit a modem"),
        (0, [(1000, 4000)], "no rate for a modem"),
    ],
)
def test_what_a_device_does_not_do_is_said(wanted: float, ranges: list, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        chosen_rate(wanted, ranges, 8000)


def test_gains_and_corrections() -> None:
    assert read_gains("") == {}
    assert read_gains("30") == {"": 30.0}
    assert read_gains(" LNA=16, VGA=20.5 ,AMP=0") == {"LNA": 16.0, "VGA": 20.5, "AMP": 0.0}
    for wrong in ("much", "LNA=", "LNA=x", "inf", "nan"):
        with pytest.raises(ValueError, match="gain must be"):
            read_gains(wrong)
    assert tuned(100e6, 10.0) == pytest.approx(100.001e6)


@pytest.mark.parametrize("device", ["", "hackrf", "radio:1", ":x", "speech.wav"])
def test_what_is_no_radio_is_refused_with_examples(device: str) -> None:
    with pytest.raises(ValueError, match="there are soapy:driver=hackrf"):
        kind_of(device)


@pytest.mark.parametrize(
    "values",
    [
        {"modem": "none"},
        {"frequency": -1.0},
        {"frequency": float("nan")},
        {"rate": float("inf")},
        {"amplitude": 0.0},
        {"amplitude": 1.1},
        {"correction": 1001.0},
        {"shift": -2.0},
        {"duplex": "both"},
        {"ptt_lead": -1.0},
    ],
)
def test_settings_out_of_range_are_said_in_a_line(values: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(values))) as caught:
        RadioSettings(**values)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "duplex"),
    [
        ({}, "auto"),
        ({"ptt": "vox"}, "half"),
        ({"ptt": "rts:/dev/ttyUSB0", "duplex": "full"}, "full"),
        ({"duplex": "half"}, "half"),
    ],
)
def test_a_transceiver_with_a_key_takes_turns(values: dict, duplex: str) -> None:
    assert in_both_directions(RadioSettings(**values)).duplex == duplex


@pytest.mark.parametrize("order", [("receive", "send"), ("send", "receive")])
def test_a_second_run_knows_nothing_of_the_end_of_the_first(order: tuple[str, str]) -> None:
    station = RadioStation("zmq:tcp://127.0.0.1:5555", RadioSettings())
    station._look = lambda: None  # opens no device
    for _ in range(2):
        for what in order:
            station.want(what, True)
        assert not station.to_send.is_ended
        assert not station.received.is_ended
        assert station.key_down(0.0)
        station.key_up()
        for what in order:
            station.want(what, False)


@given(st.lists(st.integers(1, 40), max_size=30), st.integers(1, 50))
def test_a_queue_loses_nothing_but_what_it_counts(parts: list[int], capacity: int) -> None:
    for drops in (False, True):
        queue, sent, got = SampleQueue(capacity, drops), 0, []
        for part in parts:
            samples = np.arange(sent, sent + part).astype(np.complex64)
            sent += queue.put(samples, 0.0)
            assert len(queue) <= max(capacity, part if drops else 0)
            got += queue.get(7, 0.0).real.tolist()
        queue.end()
        while not queue.is_over:
            got += queue.get(1000, 0.0).real.tolist()
        assert len(got) + queue.dropped == sent
        assert got == sorted(got)
        assert drops or got == list(range(sent))


class Clock:
    """Time that a test makes."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def run(clock: SampleClock, time: Clock, seconds: float, rate: float = 8000.0) -> None:
    """Samples come at a rate, in portions of 10 ms."""
    for _ in range(round(seconds * 100)):
        time.now += 0.01
        clock.passed(round(rate / 100))


def test_lost_samples_are_counted_late_ones_are_not() -> None:
    time = Clock()
    clock = SampleClock(8000.0, time)
    run(clock, time, 5.0)
    time.now += 0.5  # the machine stood still; all comes at once
    clock.passed(4000)
    run(clock, time, 5.0)
    assert (clock.gaps, clock.lost) == (0, 0)
    time.now += 0.1  # what came meanwhile is lost
    run(clock, time, 5.0)
    assert clock.gaps == 1
    assert clock.lost == pytest.approx(800, abs=80)


@pytest.mark.parametrize("ppm", [-100.0, 100.0])
def test_a_clock_that_drifts_loses_nothing(ppm: float) -> None:
    time = Clock()
    clock = SampleClock(8000.0 * (1 + ppm * 1e-6), time)
    run(clock, time, 900.0)
    assert clock.gaps == 0


def test_whose_turn_it_is() -> None:
    key = TalkKey("voice", -45.0)
    assert not key.hear(-60.0, 0.02, False)
    assert not key.hear(-20.0, 0.02, True)  # another one talks
    assert key.hear(-20.0, 0.02, False)
    assert key.hear(-60.0, 0.5, True)  # who talks goes on, and a pause is no end
    assert not key.hear(-60.0, 0.6, False)
    assert TalkKey("open", -45.0).hear(-100.0, 0.02, False)
    button = TalkKey("press", -45.0)
    assert not button.hear(-10.0, 0.02, False)
    button.is_pressed = True
    assert button.hear(-100.0, 0.02, False)


def test_numbers_of_frames_go_on_beyond_the_modulus_and_out_of_order() -> None:
    numbers = FrameNumbers()
    sent = [5, 6, 8, 7, 9, 130, 131, 300]
    assert [numbers.of(n % 128, 128, 0.08 * n) for n in sent] == sent


def test_a_recording_tells_of_each_packet(tmp_path: Path) -> None:
    import sigmf

    path = tmp_path / "some.sigmf-meta"
    recording = IqRecording(path, 8000, 14e6)
    samples = np.exp(0.1j * np.arange(2000)).astype(np.complex64)
    recording.write(samples)
    notes = PacketAnnotations(recording, 8000, 640)
    packet = Packetizer(packet_codec(False)).packetize(
        3, np.arange(8, dtype=np.int16), Allocation()
    )
    notes.note(Arrival(packet.data, 0.01, 5.23, True), -12.34)
    notes.note(Arrival(packet.data, 0.09, 1.0, False), 0.0)
    notes.note(Arrival(packet.data, 9.0, 1.0, None), 0.0)  # behind the end: left out
    recording.close()
    recording.close()
    read = sigmf.fromfile(str(path))
    np.testing.assert_array_equal(read.read_samples(), samples)
    first, second = json.loads(path.read_text())["annotations"]
    assert first == {
        "core:sample_start": 80,
        "core:sample_count": 640,
        "core:label": "frame 3",
        "largesc:bytes": 13,
        "largesc:verdict": "certain",
        "largesc:snr_db": 5.2,
        "largesc:offset_hz": -12.3,
        "largesc:frame": 3,
    }
    assert second["core:label"] == second["largesc:verdict"] == "refused"


def test_an_empty_recording_leaves_no_files(tmp_path: Path) -> None:
    IqRecording(tmp_path / "none", 8000).close()
    assert list(tmp_path.iterdir()) == []
