# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Radio channels of the judge: packets through the modem, FreeDV's waveform, what is too late."""

from typing import Any

import numpy as np
import pytest
from evaluation_channels import ListedLosses, run
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.verification import RECORDING
from gnuradio.largesc.evaluation.channels.air import Air, Conditions
from gnuradio.largesc.evaluation.channels.interface import Channel, HeaderChannel, OverChannel
from gnuradio.largesc.evaluation.channels.lossless import LosslessChannel
from gnuradio.largesc.evaluation.channels.radio_model import RadioModel
from gnuradio.largesc.evaluation.systems.codec2 import Codec2Settings
from gnuradio.largesc.evaluation.systems.freedv import FreeDvSettings
from gnuradio.largesc.evaluation.systems.largesc_link import LargescSettings
from gnuradio.largesc.evaluation.systems.opus import OpusSettings
from gnuradio.largesc.evaluation.systems.reception import Reception
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from gnuradio.largesc.watterson_channel import PROFILES
from pydantic import ValidationError

SLOT = 0.08
RANDOM = np.random.default_rng(5)
SPEECH = np.random.default_rng(1).normal(0.0, 0.1, 30_000).astype(np.float32)


def radio(**settings: Any) -> Channel:
    channel = RadioModel(process="radio", **settings).build(SLOT)
    channel.reset(3)
    return channel


def packet(size: int) -> bytes:
    return bytes([size]) + RANDOM.bytes(size - 1)


def carried(channel: Channel, packets: dict[int, bytes]) -> dict[int, bytes]:
    """By number of the slot, what was sent and what came."""
    came = []
    for number, data in packets.items():
        came += channel.carry(data, number * SLOT, SLOT)
    return {round(one.time / SLOT) - 1: one.data for one in [*came, *channel.end()]}


@pytest.mark.slow
def test_packets_of_all_sizes_and_pauses_come_as_they_were_sent() -> None:
    sizes = [7, 13, 23, 2, 11] * 3
    numbers = [*range(8), 10, *range(18, 24)]  # a gap, and a pause that ends the over
    packets = {number: packet(size) for number, size in zip(numbers, sizes, strict=True)}
    came = carried(radio(snr_db=12.0, offset_hz=70.0), packets)
    assert came.items() <= packets.items()
    assert came.keys() >= packets.keys() - {18, 19, 20}  # the next over is to be found first


@pytest.mark.slow
def test_an_over_behind_a_pause_is_heard_from_its_first_packet_on_and_nothing_before_it() -> None:
    channel, pause = radio(snr_db=6.0), 40
    packets = {number: packet(7) for number in [*range(8), *range(pause, pause + 8)]}
    came = []
    for number, data in packets.items():
        if number == pause:
            assert isinstance(channel, OverChannel)
            came += channel.begin_over(number * SLOT)
        came += channel.carry(data, number * SLOT, SLOT)
    came += channel.end()
    assert {round(one.time / SLOT) - 1: one.data for one in came} == packets
    assert len(came) == len(packets)


@pytest.mark.slow
def test_reports_come_back_in_an_answer_through_the_air(speech: np.ndarray[Any, Any]) -> None:
    """At 6 dB a budget that knows the channel chooses larger slots than one that does not."""
    known = {"budget": 1300, "slots": (7, 13, 23), "slot_losses": "hf", "code": "auto"}
    bits = []
    for before in ({}, {"talked_before": 4, "answered": 3}):
        system = LargescSettings(recovery="hold", **known, **before).build()
        outcome = system.run(speech[:72_000], radio(snr_db=12.0), radio(snr_db=12.0))
        assert outcome.lost <= 1
        bits.append(outcome.bits / outcome.packets)
    assert bits[1] > bits[0]


@pytest.mark.slow
def test_a_small_slot_stands_more_noise_and_one_seed_is_one_channel() -> None:
    packets = {number: packet(7) for number in range(40)}
    came = carried(radio(snr_db=-3.0), packets)
    assert len(came.items() & packets.items()) >= 36
    assert carried(radio(snr_db=-3.0), packets) == came
    assert len(carried(radio(snr_db=-3.0), {k: packet(23) for k in range(20)})) < 5
    faded = carried(radio(snr_db=0.0, fading="mpp"), packets)
    assert 10 < len(faded) <= 40


@pytest.mark.slow
def test_our_packets_are_received_as_by_a_radio_with_their_headers_and_soft_bits() -> None:
    sender, packets = LinkSender(SenderSettings(n_primary=4)), {}
    for number in range(60):
        (sent,) = sender.push(number, RANDOM.integers(0, 2048, 8).astype(np.int16))
        packets[number] = sent.data
    plain, known = radio(snr_db=-5.4), radio(snr_db=-5.4)
    assert isinstance(known, HeaderChannel)
    known.expect_headers()
    arrivals = [one for k, v in packets.items() for one in known.carry(v, k * SLOT, SLOT)]
    arrivals += known.end()
    believed = {
        round(one.time / SLOT) - 1: one.data for one in arrivals if one.verdict is not False
    }
    right = len(believed.items() & packets.items())
    assert right > len(carried(plain, packets).items() & packets.items())
    damaged = [one for one in arrivals if one.verdict is False]
    assert damaged
    assert all(len(one.soft) == 8 * len(one.data) for one in damaged)


def test_noise_is_as_loud_as_it_should_be_and_an_offset_is_one() -> None:
    silent = np.zeros(80_000, dtype=np.complex64)
    heard = Air(Conditions(3.0, 0.0, 0.0, 0.0), 8000, 2.0, 1).pass_on(silent)
    in_3_khz = np.mean(np.abs(heard) ** 2) * 3000 / 8000
    assert 10 * np.log10(2.0 / in_3_khz) == pytest.approx(3.0, abs=0.1)
    air = Air(Conditions(90.0, 0.0, 0.0, 100.0), 8000, 1.0, 1)
    tone = np.concatenate([air.pass_on(np.ones(n, dtype=np.complex64)) for n in (3, 77, 720)])
    assert np.argmax(np.abs(np.fft.fft(tone))) == 100 * 800 // 8000
    fading = Air(Conditions(90.0, 1.0, 0.002, 0.0), 8000, 1.0, 1)
    assert np.std(np.abs(fading.pass_on(np.ones(80_000, dtype=np.complex64)))) > 0.3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"snr_db": 3, "fading": "mpq"}, "mpp"),
        ({"snr_db": 3, "modem": "uhf"}, "hf"),
        ({"snr_db": float("nan")}, "finite"),
        ({}, "snr_db"),
    ],
)
def test_what_is_no_radio_channel_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        RadioModel(process="radio", **settings)


def test_what_is_no_packet_of_a_slot_is_refused() -> None:
    with pytest.raises(ValueError, match="20 ms is none of a modem with slots of 80 ms"):
        radio(snr_db=0.0).carry(b"abc", 0.0, 0.02)
    with pytest.raises(ValueError, match="fits no slot"):
        radio(snr_db=0.0).carry(bytes(60), 0.0, SLOT)
    channel = radio(snr_db=9.0)
    channel.carry(b"abc", 0.0, SLOT)
    with pytest.raises(ValueError, match="one packet"):
        channel.carry(b"abc", 0.0, SLOT)


def test_a_radio_channel_says_what_it_is() -> None:
    model = RadioModel(process="radio", snr_db=-1.5, fading="mpp", offset_hz=20)
    assert model.label == "radio mpp -1.5 dB, 20 Hz off"
    columns = model.columns()
    assert (columns["axis"], columns["axis_value"]) == ("snr_db", -1.5)
    assert RadioModel(process="radio", snr_db=2).label == "radio white noise 2 dB"


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_of_the_fading_channel_can_be_named(name: str) -> None:
    model = RadioModel(process="radio", snr_db=3, fading=name)
    assert model.label == f"radio {name} 3 dB"
    conditions = model.build(SLOT)._conditions
    assert (conditions.spread, conditions.delay) == PROFILES[name]


class Late(ListedLosses):
    """Hands over every packet so many packets late."""

    def __init__(self, packets: int):
        super().__init__()
        self._late = packets

    def carry(self, packet: bytes, start: float, airtime: float) -> list[Arrival]:
        super().carry(packet, start, airtime)
        number = len(self.packets) - 1 - self._late
        return [] if number < 0 else [Arrival(self.packets[number], (number + 1) * airtime)]


@pytest.mark.parametrize(("late", "look_ahead", "received"), [(1, 0, 9), (2, 0, 0), (2, 1, 8)])
def test_our_receiver_takes_what_comes_before_its_frame_is_due(
    late: int, look_ahead: int, received: int
) -> None:
    sender, channel = LinkSender(SenderSettings()), Late(late)
    reception = Reception(ReceiverSettings(look_ahead=look_ahead, check="none"), SLOT)
    for number in range(10):
        (sent,) = sender.push(number, np.zeros(8, dtype=np.int16))
        reception.take(channel.carry(sent.data, number * SLOT, SLOT), number)
    assert reception.received == received
    assert [due.frame for due in reception.end(10)] == list(range(10))


@pytest.mark.parametrize(("late", "lost"), [(1, 1), (2, 2), (3, 16)])
def test_a_receiver_without_reports_waits_a_packet_for_a_modem(late: int, lost: int) -> None:
    system = Codec2Settings(mode="1300").build()
    outcome = system.run(SPEECH, Late(late), LosslessChannel())
    assert (outcome.packets, outcome.lost) == (16, lost)


@pytest.mark.parametrize("mode", ["1600", "700D"])
def test_freedv_is_heard_through_the_air_and_aligned(
    mode: str, speech: np.ndarray[Any, Any]
) -> None:
    system = FreeDvSettings(mode=mode).build()
    clean = system.run(speech, LosslessChannel(), LosslessChannel())
    assert clean.lost == 0
    assert clean.pcm.shape == speech.shape
    assert clean.bits == pytest.approx(int(mode.strip("D")) * len(speech) / 24000, rel=0.05)
    assert abs(lag(speech, clean.pcm)) < 0.012
    faint = system.run(speech, radio(snr_db=8.0), LosslessChannel())
    assert faint.lost <= 2
    assert abs(lag(speech, faint.pcm)) < 0.012
    gone = system.run(speech, radio(snr_db=-15.0), LosslessChannel())
    assert gone.lost > 0.8 * gone.packets
    again = system.run(speech, radio(snr_db=8.0), LosslessChannel())
    assert np.array_equal(again.pcm, faint.pcm)


def lag(sent: np.ndarray[Any, Any], heard: np.ndarray[Any, Any]) -> float:
    """Seconds by which what was heard is late, by the envelopes' correlation."""
    smooth = np.ones(240) / 240
    one, other = (np.convolve(np.abs(pcm), smooth, "same") for pcm in (sent, heard))
    spectra = [np.fft.rfft(each - each.mean(), 2 * len(each)) for each in (one, other)]
    together = np.fft.irfft(spectra[1] * np.conj(spectra[0]))
    place = int(np.argmax(together))
    return (place if place < len(one) else place - 2 * len(one)) / 24000


@pytest.mark.parametrize(("mode", "peak_db"), [("1600", 10.0), ("700D", 3.8)])
def test_the_peaks_of_freedv_are_those_of_the_document(mode: str, peak_db: float) -> None:
    pcm = read_speech(RECORDING).pcm
    power = np.abs(FreeDvSettings(mode=mode).build().over(pcm)) ** 2
    assert 10 * np.log10(power.max() / power.mean()) == pytest.approx(peak_db, abs=0.2)


def test_freedv_needs_a_channel_for_waveforms() -> None:
    with pytest.raises(ValueError, match="waveforms"):
        run(FreeDvSettings(mode="700D").build(), SPEECH)


def test_what_sends_other_packets_has_a_problem_on_a_modem() -> None:
    system = OpusSettings(bit_rate=6000).build()
    with pytest.raises(ValueError, match="20 ms"):
        system.run(SPEECH, radio(snr_db=9.0), radio(snr_db=9.0))


@pytest.mark.slow
def test_our_link_fills_slots_and_counts_all_of_them(speech: np.ndarray[Any, Any]) -> None:
    pcm = speech[:48_000]
    settings = LargescSettings(primary=4, redundant=1, slots=(7, 13, 23), recovery="hold")
    assert settings.label == "mini 4+1 lag 1 hold slots 7/13/23"
    outcome = settings.build().run(pcm, radio(snr_db=9.0), radio(snr_db=9.0))
    assert outcome.lost <= 1
    assert outcome.bits == 8 * (7 + 13 * (outcome.packets - 1))  # the first repeats nothing
    steered = LargescSettings(budget=1300, code="auto", slots=(7, 13, 23), recovery="hold")
    outcome = steered.build().run(pcm, radio(snr_db=9.0), radio(snr_db=9.0))
    assert outcome.lost <= 1
    assert outcome.bits <= 1300 * 2.2
